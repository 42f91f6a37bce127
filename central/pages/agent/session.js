// Who is signed in, in this tab.

/** To ask after each wait: whoever left meanwhile is shown nothing, and nothing is kept for them. */
export function sameSession() {
  const token = sessionStorage.getItem("token");
  return () => sessionStorage.getItem("token") === token;
}
