// Controls made offline: they wait in this tab until the city has looked at them again, or until the agent leaves.

import { Refused } from "../shared/city.js";
import { sameSession } from "./session.js";

const KEPT = "waiting";
const MOST_AT_ONCE = 200;
let reviewing = false;

/** What was asked in each, and as of when. */
export const waitingOnes = () => JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");

/** Keeps one more. */
export const keepWaiting = (control) => store([...waitingOnes(), control]);

const store = (controls) => sessionStorage.setItem(KEPT, JSON.stringify(controls));

/**
 * Has the city look at them again, as of now and as of then: its answers, and the plates that it does not understand.
 * Null without any, while that is under way, and where the agent left meanwhile. Throws what the asking throws.
 */
export async function review(call) {
  const checks = waitingOnes().slice(0, MOST_AT_ONCE);
  if (!checks.length || reviewing) return null;
  const stays = sameSession();
  reviewing = true;
  try {
    const told = await askAgain(call, checks);
    if (!stays()) return null;
    store(waitingOnes().slice(checks.length));
    return told;
  } finally {
    reviewing = false;
  }
}

/** One control that the city does not understand keeps none of the others from being looked at: then each is asked by itself. */
async function askAgain(call, checks) {
  try {
    return { answers: (await call("POST", "checks/batch", { checks })).told.answers, unread: [] };
  } catch (error) {
    if (!isUnread(error)) throw error;
  }
  const answers = [];
  const unread = [];
  for (const each of checks) {
    try {
      answers.push((await call("POST", "checks", each)).told);
    } catch (error) {
      if (!isUnread(error)) throw error;
      unread.push(each.plate);
    }
  }
  return { answers, unread };
}

const isUnread = (error) => error instanceof Refused && error.status === 422;
