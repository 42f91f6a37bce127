// Connection to the desk: commands go as POSTs, in order; changes come over one websocket.

let last = Promise.resolve();

/** Send a command after those before it; resolves to the answer, rejects with what was wrong and the HTTP status, if any. */
export function post(path, body) {
  const sent = last.then(() => request(path, body));
  last = sent.catch(() => {});
  return sent;
}

async function request(path, body) {
  const options = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(path, options);
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw Object.assign(new Error(answer.detail ?? response.statusText), { status: response.status });
  return answer;
}

/** The catalogue of keys, cards and faults. */
export async function catalogue() {
  return (await fetch("api")).json();
}

/**
 * Stay connected. `onState(state, changed)` gets the whole state and the names that changed, `onScreen(grey)` 256 × 64 bytes,
 * `onLink(up)` whether anybody is there.
 */
export function live({ onState, onScreen, onLink }) {
  const url = new URL("ws", location.href);
  url.protocol = url.protocol.replace("http", "ws");
  const socket = new WebSocket(url);
  socket.binaryType = "arraybuffer";
  let state = {};
  socket.onopen = () => onLink(true);
  socket.onmessage = ({ data }) => {
    if (data instanceof ArrayBuffer) return onScreen(new Uint8Array(data));
    const changed = JSON.parse(data);
    state = { ...state, ...changed };
    return onState(state, changed);
  };
  socket.onclose = () => {
    onLink(false);
    setTimeout(live, 1000, { onState, onScreen, onLink });
  };
}
