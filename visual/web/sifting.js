// The explorer's forms: filters that apply as they change, time by two dates or two sliders, and the ends of a path.

import { combobox } from "./combobox.js";

/** The address that a form would ask for, without what is empty. */
function asked(form) {
  const pairs = [...new FormData(form)].filter(([, value]) => value);
  return `/explore?${pairs.map(([name, value]) => `${name}=${encodeURIComponent(value).replaceAll("%2F", "/")}`).join("&")}`;
}

/** Binds the filters in `root`; `go(address)` gets each new state. */
export function sifting(root, go) {
  const form = root.querySelector("[data-sift]");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    go(asked(form));
  });
  form.addEventListener("change", (event) => {
    if (event.target.type === "range") return;
    if (event.target.type === "date" && !event.target.validity.valid) return;
    go(asked(form));
  });
  form.addEventListener("input", (event) => {
    if (event.target.type === "range") slid(form, event.target);
  });
  form.addEventListener("pointerup", (event) => { if (event.target.type === "range") go(asked(form)); });
  form.addEventListener("focusout", (event) => {
    if (event.target.type === "range" && asked(form) !== event.target.dataset.asked) go(asked(form));
  });
}

/** Sets up what came new with a state: the sliders stand where the dates do. */
export function slides(root) {
  const time = root.querySelector("[data-days]");
  const days = JSON.parse(time.dataset.days);
  for (const slider of time.querySelectorAll("[data-slides]")) {
    const since = slider.dataset.slides === "since";
    const held = time.querySelector(`input[name=${slider.dataset.slides}]`).value;
    const after = days.findIndex((day) => day >= held);
    const upTo = days.findLastIndex((day) => day <= held);
    slider.max = String(Math.max(0, days.length - 1));
    slider.value = String(since ? (held ? (after < 0 ? days.length - 1 : after) : 0) : held ? Math.max(0, upTo) : days.length - 1);
    slider.setAttribute("aria-valuetext", days[slider.value] ?? "");
    slider.dataset.asked = asked(slider.form);
    slider.closest(".slider").hidden = days.length < 2;
  }
}

/** A slider moved: its day goes into the date field; at its own end the field is empty. */
function slid(form, slider) {
  const days = JSON.parse(form.querySelector("[data-days]").dataset.days);
  const since = slider.dataset.slides === "since";
  const open = Number(slider.value) === (since ? 0 : days.length - 1);
  form.querySelector(`input[name=${slider.dataset.slides}]`).value = open ? "" : days[slider.value];
  slider.setAttribute("aria-valuetext", days[slider.value]);
}

/** Binds the form that asks for paths, and what came new with a state. */
export function connecting(root, go) {
  root.querySelector("[data-connect]").addEventListener("submit", (event) => {
    event.preventDefault();
    const form = event.target;
    const kept = [...form.querySelectorAll("input[type=hidden]")].map(({ name, value }) => [name, value]);
    const ends = [...form.querySelectorAll("input[type=search]")].map((field) => [field.name, field.dataset.id || field.value]);
    const written = [...ends, ...kept].map(([name, value]) => `${name}=${encodeURIComponent(value).replaceAll("%2F", "/")}`);
    go(`/explore?${written.join("&")}`);
  });
}

/** Gives the two fields of a path their suggestions. */
export function ends(root, language) {
  for (const holder of root.querySelectorAll("[data-end]")) {
    const field = holder.querySelector("input");
    field.addEventListener("input", () => { delete field.dataset.id; });
    combobox(holder, language, (id, label) => setEnd(field, id, label), holder.closest("form"));
  }
}

/** Puts a thing into a field of the path form. */
export function setEnd(field, id, label) {
  field.value = label.slice(0, 200);
  field.dataset.id = id.split("/id/").pop();
}
