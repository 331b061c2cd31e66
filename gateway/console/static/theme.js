// The theme of the machine, before anything is drawn; Tabler takes it from an attribute.
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const show = () => document.documentElement.setAttribute("data-bs-theme", dark.matches ? "dark" : "light");
dark.addEventListener("change", show);
show();
