// Inside a page of another site: Escape closes the frame, and news are announced on its button.
// Nothing of the conversation is told to the page around.
export function tellAround(what) {
  if (window.parent !== window) window.parent.postMessage({ motcua: what }, "*");
}

export function listenForEscape() {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && !event.isComposing) tellAround("close");
  });
}
