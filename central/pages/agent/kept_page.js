// Keeps this page in the phone, by its worker, so that it opens where there is no network.

const later = document.getElementById("newer");

/** Whether this phone opens the page again without a network. Once a newer page is kept, says so; it comes with the next opening. */
export async function keepPage() {
  later.querySelector("button").addEventListener("click", () => location.reload());
  if (!navigator.serviceWorker) return false;
  try {
    const registration = await navigator.serviceWorker.register("worker.js", { updateViaCache: "none" });
    if (!registration.active) return await isKept(registration.installing ?? registration.waiting);
    registration.addEventListener("updatefound", () => takeOver(registration.installing));
    takeOver(registration.waiting ?? registration.installing);
    document.addEventListener("visibilitychange", () => document.hidden || registration.update().catch(() => {}));
    return true;
  } catch (error) {
    return false; // private browsing, a phone that is full
  }
}

/** Whether the first worker has kept every file. */
const isKept = (worker) => reached(worker, "activated");

/** This page has all its files already: the next opening, in any tab, may have the newer ones. */
async function takeOver(worker) {
  if (!worker || !(await reached(worker, "installed"))) return;
  worker.postMessage("take over");
  later.hidden = !navigator.serviceWorker.controller;
}

/** Whether a worker comes to a state, now or later; not one that could not keep the files. */
const reached = (worker, state) =>
  new Promise((resolve) => {
    const look = () => {
      if (worker.state === state) resolve(true);
      if (worker.state === "redundant") resolve(false);
    };
    worker.addEventListener("statechange", look);
    look();
  });
