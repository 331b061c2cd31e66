// What the pages do beyond forms and links. Everything works without it.
const jobs = document.querySelector("details.jobs");
const narrow = window.matchMedia("(max-width: 61.99rem)");
const fold = () => jobs && (jobs.open = !narrow.matches);
narrow.addEventListener("change", fold);
fold();
