// Requests of a signed-in page to the city. The token is in the tab's session only.

import { inFrench } from "./refusals.js";

/** Refusals of the city, in French. */
export class Refused extends Error {
  constructor(status, problem) {
    super(inFrench(status, problem));
    this.status = status;
    this.fields = (problem.errors ?? []).map((each) => each.field);
  }
}

/** The page's way to ask the city, with the token that its session keeps under this name: status and answer, or Refused. At most so long. */
export const caller = (tokenName, patienceMs) => async (method, path, body) => {
  const answer = await answered(tokenName, method, path, body, patienceMs && AbortSignal.timeout(patienceMs));
  return { status: answer.status, told: await answer.json().catch(() => ({})) };
};

/** The page's way to save a document of the city under a name, or Refused. */
export const saver = (tokenName) => async (path, name) => {
  const answer = await answered(tokenName, "GET", path);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await answer.blob());
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
};

async function answered(tokenName, method, path, body, signal) {
  const headers = { Authorization: `Bearer ${sessionStorage.getItem(tokenName)}`, "Content-Type": "application/json" };
  const answer = await fetch(`../v1/${path}`, { method, headers, body: body && JSON.stringify(body), signal });
  if (!answer.ok) throw new Refused(answer.status, await answer.json().catch(() => ({})));
  return answer;
}

/** Read a sign-in link once: what it carries stands behind `#`, which no server is sent, and is taken out of the address. */
export function takeLink() {
  const given = new URLSearchParams(location.hash.slice(1));
  if (location.hash) history.replaceState(null, "", location.pathname);
  return given;
}
