// Roving tabindex: a group of buttons is one stop of the Tab key, and the arrow keys move inside it.

const TOWARDS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const ASIDE = 4; // how much a step aside counts against a step ahead

/** Returns a function to call when the buttons have changed: the stop is then the first, or the one it is given. */
export function roving(group) {
  const all = () => [...group.querySelectorAll("button")];
  const stop = (chosen = all()[0]) => all().forEach((each) => (each.tabIndex = each === chosen ? 0 : -1));
  group.addEventListener("focusin", ({ target }) => stop(target.closest("button") ?? undefined));
  group.addEventListener("keydown", (event) => {
    const towards = TOWARDS[event.key];
    const from = event.target.closest("button");
    if (!towards || !from) return;
    event.preventDefault();
    nearest(from, all(), towards)?.focus();
  });
  return stop;
}

/** The button next to this one in that direction, or nothing at the edge. */
function nearest(from, all, [right, down]) {
  const [x, y] = centre(from);
  const ahead = all.flatMap((each) => {
    const [dx, dy] = [centre(each)[0] - x, centre(each)[1] - y];
    const along = dx * right + dy * down;
    const aside = Math.abs(dx * down) + Math.abs(dy * right);
    return along > 1 && aside <= along * ASIDE ? [[along + ASIDE * aside, each]] : [];
  });
  return ahead.sort(([one], [other]) => one - other)[0]?.[1];
}

function centre(element) {
  const { left, top, width, height } = element.getBoundingClientRect();
  return [left + width / 2, top + height / 2];
}
