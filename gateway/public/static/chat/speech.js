// Reads answers aloud where the device itself has a Vietnamese voice. A voice from the network would send
// the conversation to somebody else's server, so it is not offered.
export class Speech {
  constructor(button) {
    this.button = button;
    this.on = false;
    this.voice = null;
    if (!("speechSynthesis" in window)) return;
    this.find();
    speechSynthesis.addEventListener("voiceschanged", () => this.find());
    button.addEventListener("click", () => this.toggle());
  }

  find() {
    const voices = speechSynthesis.getVoices().filter((voice) => /^vi\b/i.test(voice.lang) && voice.localService);
    this.voice = voices[0] || null;
    this.button.hidden = this.voice === null;
  }

  toggle() {
    this.on = !this.on;
    this.button.setAttribute("aria-pressed", String(this.on));
    this.button.querySelector("span").textContent = "Đọc to: " + (this.on ? "bật" : "tắt");
    speechSynthesis.cancel();
    const last = Array.from(document.querySelectorAll("#log .message:not(.citizen) .sheet")).pop();
    if (this.on && last) this.say(last);
  }

  read(message) {
    if (this.on) this.say(message.querySelector(".sheet"));
  }

  say(element) {
    if (!this.voice || !element) return;
    const words = new SpeechSynthesisUtterance(element.innerText);
    words.lang = "vi-VN";
    words.voice = this.voice;
    words.rate = 0.95;
    speechSynthesis.speak(words);
  }
}
