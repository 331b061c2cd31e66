// The conversation on the page: adds messages once each, and keeps the reader's place.
function copyOf(name) {
  return document.getElementById("template-" + name).content.firstElementChild.cloneNode(true);
}

function escaped(value) {
  return window.CSS && CSS.escape ? CSS.escape(value) : value.replace(/["\\]/g, "\\$&");
}

export class Log {
  constructor() {
    this.element = document.getElementById("log");
    this.newer = document.getElementById("newer");
    this.newer.querySelector("button").addEventListener("click", () => this.toEnd());
    window.addEventListener("scroll", () => {
      if (this.atEnd()) this.newer.hidden = true;
    });
    if (this.element.querySelector(".message")) this.toEnd();
  }

  find(attribute, value) {
    return value ? this.element.querySelector("[" + attribute + '="' + escaped(value) + '"]') : null;
  }

  mine(text, id) {
    const message = copyOf("citizen");
    message.dataset.client = id;
    message.classList.add("unsent");
    message.querySelector(".words").textContent = text;
    this.element.append(message);
    this.toEnd();
    return message;
  }

  // One of the citizen's own messages as the server kept it; it may be on the page already.
  kept(frame) {
    const known = this.find("data-client", frame.for) || this.find("data-id", frame.id);
    if (known) {
      known.dataset.id = frame.id;
      known.classList.remove("unsent");
      return;
    }
    this.draw(frame.html);
  }

  // Returns the new message, or null when it is on the page already.
  reply(frame) {
    if (this.find("data-id", frame.id)) return null;
    const staying = !this.atEnd();
    const message = this.draw(frame.html);
    if (staying) this.newer.hidden = false;
    else this.show(message);
    return message;
  }

  draw(html) {
    const holder = document.createElement("template");
    holder.innerHTML = html; // drawn by our own server, with every word of people escaped
    const message = holder.content.firstElementChild;
    this.element.append(message);
    return message;
  }

  remark(text) {
    const remark = copyOf("notice");
    remark.textContent = text;
    this.element.append(remark);
  }

  failed(message, text, again) {
    this.clearFailure(message);
    const note = copyOf("failed");
    note.querySelector(".words").textContent = text;
    const button = note.querySelector(".again");
    button.addEventListener("click", () => {
      note.remove();
      again();
    });
    message.after(note);
    this.toEnd();
  }

  clearFailure(message) {
    const next = message.nextElementSibling;
    if (next && next.classList.contains("failed")) next.remove();
  }

  atEnd() {
    const root = document.documentElement;
    return root.scrollHeight - window.scrollY - window.innerHeight < 160;
  }

  toEnd() {
    window.scrollTo(0, document.documentElement.scrollHeight);
    this.newer.hidden = true;
  }

  // A long answer is read from its beginning, a short one is shown whole.
  show(message) {
    const room = window.innerHeight * 0.55;
    if (message.offsetHeight > room) message.scrollIntoView({ block: "start" });
    else this.toEnd();
  }
}
