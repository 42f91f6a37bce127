// The drawer's tabs, by mouse and by arrow keys.

export function tabs(list, onShow) {
  const all = [...list.querySelectorAll("[role=tab]")];
  const show = (chosen) => {
    all.forEach((tab) => {
      const selected = tab === chosen;
      tab.setAttribute("aria-selected", String(selected));
      tab.tabIndex = selected ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = !selected;
    });
    onShow(chosen.getAttribute("aria-controls"));
  };
  all.forEach((tab) => tab.addEventListener("click", () => show(tab)));
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step || !all.includes(event.target)) return;
    const next = all[(all.indexOf(event.target) + step + all.length) % all.length];
    next.focus();
    show(next);
  });
}
