// A link with a token behind `#`: no server sees it there. It goes into the field, and out of the address.
const token = new URLSearchParams(location.hash.slice(1)).get("token");
if (token) {
  history.replaceState(null, "", location.pathname + location.search);
  const field = document.getElementById("token");
  field.value = token;
  field.focus();
}
