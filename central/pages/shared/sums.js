// Files stay where they are: what is sent of one is its SHA-256.

/** SHA-256 of a file, hexadecimal. */
export async function sumOf(file) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
