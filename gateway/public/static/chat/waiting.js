// Says what is being done while somebody waits; says so again when it takes long.
const SHOW_AFTER = 350; // milliseconds: an answer that is there at once needs no waiting sign
const LONG_AFTER = 8000;

export class Waiting {
  constructor(onShown) {
    this.onShown = onShown;
    this.place = document.getElementById("waiting");
    this.template = document.getElementById("template-waiting").content.firstElementChild;
    this.open = new Set();
    this.timers = [];
  }

  begin(id, text) {
    this.open.add(id);
    this.stopTimers();
    const say = (words) => () => this.say(words);
    if (this.place.firstChild) this.say(text);
    else this.timers.push(setTimeout(say(text), SHOW_AFTER));
    this.timers.push(setTimeout(say("Lâu hơn mọi khi, vẫn đang tìm…"), LONG_AFTER));
  }

  end(id) {
    this.open.delete(id);
    if (this.open.size === 0) {
      this.stopTimers();
      this.place.textContent = "";
    }
  }

  say(text) {
    const sign = this.template.cloneNode(true);
    sign.querySelector(".words").textContent = text;
    this.place.textContent = "";
    this.place.append(sign);
    this.onShown();
  }

  stopTimers() {
    this.timers.forEach(clearTimeout);
    this.timers = [];
  }
}
