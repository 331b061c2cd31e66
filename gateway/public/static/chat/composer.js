// The place to write: grows with the text, sends on Enter, warns before a text is cut.
const LONGEST = 2000;

export class Composer {
  constructor(onText) {
    this.form = document.getElementById("composer");
    this.field = document.getElementById("question");
    this.length = document.getElementById("length");
    this.form.addEventListener("submit", (event) => {
      if (onText(this.field.value)) {
        event.preventDefault();
        this.field.value = "";
        this.fit();
      }
    });
    this.field.addEventListener("input", () => this.fit());
    this.field.addEventListener("keydown", (event) => {
      // 229: Enter that only ends a syllable in a Telex or VNI input method
      const composing = event.isComposing || event.keyCode === 229;
      if (event.key === "Enter" && !event.shiftKey && !composing) {
        event.preventDefault();
        this.form.querySelector(".primary").click();
      }
    });
    this.fit();
  }

  fit() {
    this.field.style.height = "auto";
    this.field.style.height = this.field.scrollHeight + 2 + "px";
    const left = LONGEST - this.field.value.length;
    if (left >= 200) this.length.textContent = "";
    else if (left >= 0) this.length.textContent = "Còn " + left + " ký tự.";
    else this.length.textContent = "Dài quá 2.000 ký tự: phần sau sẽ không được đọc.";
  }

  focus() {
    this.field.focus();
  }

  // On a slow line Enter may come before this script does: it left a line break and nothing was sent.
  sendWhatWaited() {
    if (/\S\s*\n$/.test(this.field.value)) this.form.querySelector(".primary").click();
  }

  // Without a live line the form goes its plain way.
  submitPlainly(text, press) {
    this.field.value = press ? "" : text;
    if (press) {
      const hidden = document.createElement("input");
      hidden.type = "hidden";
      hidden.name = "press";
      hidden.value = press;
      this.form.append(hidden);
    }
    this.form.submit();
  }
}
