// Requests of a signed-in page to the city. The token is in the tab's session only.

/** Refusals of the city, in its own words. */
export class Refused extends Error {
  constructor(status, problem) {
    super(problem.detail || problem.title || `réponse ${status}`);
    this.status = status;
  }
}

/** The page's way to ask the city, with the token that its session keeps under this name: status and answer, or Refused. */
export const caller = (tokenName) => async (method, path, body) => {
  const headers = { Authorization: `Bearer ${sessionStorage.getItem(tokenName)}`, "Content-Type": "application/json" };
  const answer = await fetch(`../v1/${path}`, { method, headers, body: body && JSON.stringify(body) });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(answer.status, told);
  return { status: answer.status, told };
};

/** Read a sign-in link once: what it carries stands behind `#`, which no server is sent, and is taken out of the address. */
export function takeLink() {
  const given = new URLSearchParams(location.hash.slice(1));
  if (location.hash) history.replaceState(null, "", location.pathname);
  return given;
}
