// A search field with suggestions, after the WAI-ARIA combobox pattern (list autocomplete, manual selection).

import { here } from "./releases.js";
import { element } from "./element.js";

const PAUSE = 120;

const named = (result, language) =>
  (language === "vi" ? result.label || result.label_en : result.label_en || result.label) || result.id;

/** Words with their ISO days as a person reads them. */
function dated(words, language) {
  const form = { day: "numeric", month: language === "vi" ? "numeric" : "long", year: "numeric", timeZone: "UTC" };
  const days = new Intl.DateTimeFormat(language === "vi" ? "vi" : "en-GB", form);
  return words.replace(/\b\d{4}-\d\d-\d\d\b/g, (day) => days.format(new Date(day)));
}

/** What is said beside a name: of several of one name, what tells this one from the others; else the words that matched. */
function beside(result, results, language) {
  const others = results.filter((one) => one !== result && named(one, language) === named(result, language));
  const known = new Set(others.flatMap((one) => one.description.split(" · ")));
  const own = others.length ? result.description.split(" · ").find((part) => !known.has(part)) : "";
  if (own) return dated(own, language);
  return result.match.field === "label" ? "" : result.match.text;
}

/**
 * Binds the field in `form`. The data-kinds of `told` hold the kinds that may be picked and their words;
 * `choose(id, label)` gets the IRI and name of what the reader picked.
 */
export function combobox(form, language, choose, told = form) {
  const field = form.querySelector("input[type=search]");
  const list = form.querySelector("[role=listbox]");
  const live = document.querySelector("[data-live]");
  const kinds = JSON.parse(told.dataset.kinds);
  let timer = 0;
  let errand = 0;
  let active = -1;

  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-expanded", "false");
  field.setAttribute("aria-controls", list.id);

  function close() {
    list.hidden = true;
    list.replaceChildren();
    active = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }

  function point(index) {
    const options = [...list.children];
    active = options.length ? (index + options.length) % options.length : -1;
    options.forEach((option, number) => option.setAttribute("aria-selected", String(number === active)));
    if (active < 0) return;
    field.setAttribute("aria-activedescendant", options[active].id);
    options[active].scrollIntoView({ block: "nearest" });
  }

  function pick(option) {
    field.value = "";
    close();
    choose(option.dataset.id, option.firstChild.textContent);
  }

  function offer(results) {
    list.replaceChildren(
      ...results.map((result, number) => {
        const more = beside(result, results, language).slice(0, 80);
        return element(
          "li",
          { role: "option", id: `${field.id}-${number}`, "data-id": result.id, "aria-selected": "false" },
          element("bdi", {}, named(result, language).slice(0, 240)),
          element("small", {}, kinds[result.kind] + (more ? ` · ${more}` : "")),
        );
      }),
    );
    list.hidden = results.length === 0;
    field.setAttribute("aria-expanded", String(results.length > 0));
    active = -1;
    live.textContent = told.dataset.results.replace("{n}", results.length);
  }

  async function ask() {
    const text = field.value.trim();
    if (!text) return close();
    errand += 1;
    const mine = errand;
    const address = here(`/search?q=${encodeURIComponent(text)}&limit=8&lang=${language}`);
    const response = await fetch(address, { headers: { Accept: "application/json" } });
    if (!response.ok || mine !== errand) return undefined;
    return offer((await response.json()).results.filter((result) => result.kind in kinds));
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (list.hidden) ask();
      else point(active + (event.key === "ArrowDown" ? 1 : active < 0 ? 0 : -1));
      event.preventDefault();
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      pick(list.children[active]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    }
  });
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) pick(option);
  });
  field.addEventListener("blur", close);
}
