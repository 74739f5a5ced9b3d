"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { texts, ui } = data;
  const PAGE = 50;
  const PRINTED = 500;
  const PRINTED_TEXT = 500; // characters of a quotation on paper
  // What paper tells of a row under it, by table; and of which rows.
  const DETAILS = {
    register: ["fix", "liability", "duties", "remedies", "question", "severity-reason", "likelihood-reason", "effort-reason", "rule", "id"],
    components: ["usage", "origin", "chain", "declared", "detected"],
    evidence: ["text"],
  };
  const TELLING = { components: "findings", evidence: "text" };
  const number = new Intl.NumberFormat(document.documentElement.lang);
  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });
  const grids = new Map();

  const say = (key, values = {}) => ui[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  class Grid {
    constructor(root, table) {
      Object.assign(this, table);
      this.root = root;
      this.key = root.dataset.table.replace(/^p\d+-/, "");
      this.body = root.querySelector("tbody");
      this.shownColumns = this.columns.map((column, index) => ({ ...column, index })).filter((column) => !column.wide);
      this.wideColumns = this.columns.map((column, index) => ({ ...column, index })).filter((column) => column.wide);
      this.view = this.rows.map((_, index) => index);
      this.page = 0;
      this.open = new Set();
      this.sorted = { column: -1, down: false };
      this.places = null;
      this.hay = null;
      this.tools();
      this.head();
      this.pager = root.querySelector(".pager");
      this.draw();
    }

    cell(row, column) {
      return texts[this.rows[row][column]];
    }

    tools() {
      const bar = this.root.querySelector(".tools");
      const label = this.root.querySelector(".scroll").getAttribute("aria-label");
      this.search = make("input", { type: "search", autocomplete: "off", spellcheck: false });
      bar.append(make("label", {}, make("span", { textContent: ui.Search }), this.search));
      this.filters = [];
      for (const [position, column] of this.columns.entries()) {
        if (!column.choice) continue;
        const values = [...new Set(this.rows.map((row) => row[position]))].map((index) => texts[index]).filter(Boolean);
        if (values.length < 2) continue;
        const order = data.order[column.key];
        values.sort(order ? (a, b) => order.indexOf(a) - order.indexOf(b) : collator.compare);
        const select = make("select", {}, make("option", { value: "", textContent: ui.All }));
        select.append(...values.map((value) => make("option", { value, textContent: value })));
        select.dataset.key = column.key;
        bar.append(make("label", {}, make("span", { textContent: column.title }), select));
        select.addEventListener("change", () => this.apply());
        this.filters.push({ column: position, select });
      }
      const clear = make("button", { type: "button", textContent: ui.Clear });
      clear.addEventListener("click", () => this.clear());
      this.count = make("output", {});
      bar.append(clear, this.count);
      bar.setAttribute("role", "search");
      bar.setAttribute("aria-label", label);
      bar.hidden = false;
      let waiting = 0;
      this.search.addEventListener("input", () => {
        clearTimeout(waiting);
        waiting = setTimeout(() => this.apply(), 100);
      });
    }

    head() {
      const heads = this.root.querySelectorAll("thead th");
      this.heads = this.shownColumns.map((column, position) => {
        const head = heads[position];
        const button = make("button", { type: "button", textContent: column.title });
        head.replaceChildren(button);
        button.addEventListener("click", () => this.sort(column.index));
        return { head, column: column.index };
      });
      if (this.wideColumns.length) {
        const label = make("span", { className: "sr", textContent: ui.Details });
        this.root.querySelector("thead tr").prepend(make("th", { scope: "col", className: "more" }, label));
      }
    }

    clear() {
      this.search.value = "";
      for (const { select } of this.filters) select.value = "";
      this.apply();
    }

    haystack() {
      this.hay ??= this.rows.map((row) => row.map((index) => texts[index]).join("\n").toLowerCase());
      return this.hay;
    }

    apply() {
      const wanted = this.search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
      const chosen = this.filters
        .filter(({ select }) => select.value)
        .map(({ column, select }) => [column, select.value]);
      const hay = wanted.length ? this.haystack() : null;
      this.view = [];
      for (let row = 0; row < this.rows.length; row += 1) {
        if (chosen.every(([column, value]) => this.cell(row, column) === value) && wanted.every((word) => hay[row].includes(word))) this.view.push(row);
      }
      this.order();
      this.page = 0;
      this.draw();
    }

    sort(column) {
      this.sorted = { column, down: this.sorted.column === column && !this.sorted.down };
      this.order();
      this.page = 0;
      this.draw();
    }

    order() {
      const { column, down } = this.sorted;
      if (column < 0) return;
      const order = data.order[this.columns[column].key];
      const ranks = new Map();
      const distinct = [...new Set(this.view.map((row) => this.rows[row][column]))];
      distinct.sort((a, b) => (order ? order.indexOf(texts[a]) - order.indexOf(texts[b]) : collator.compare(texts[a], texts[b])));
      distinct.forEach((index, rank) => ranks.set(index, rank));
      const sign = down ? -1 : 1;
      this.view.sort((a, b) => sign * (ranks.get(this.rows[a][column]) - ranks.get(this.rows[b][column])) || a - b);
      for (const { head, column: index } of this.heads) {
        if (index === column) head.setAttribute("aria-sort", down ? "descending" : "ascending");
        else head.removeAttribute("aria-sort");
      }
    }

    draw(limit = PAGE) {
      const from = limit === PAGE ? this.page * PAGE : 0;
      const rows = this.view.slice(from, from + limit);
      this.body.replaceChildren(...rows.flatMap((row) => this.lines(row, limit !== PAGE)));
      if (!rows.length) {
        this.body.append(make("tr", {}, make("td", { colSpan: this.shownColumns.length + 1, className: "none", textContent: say("Nothing fits.") })));
      }
      if (limit !== PAGE && this.view.length > limit) {
        const rest = say("{rest} more rows: see the workbook", { rest: number.format(this.view.length - limit) });
        this.body.append(make("tr", {}, make("td", { colSpan: this.shownColumns.length + 1, className: "note", textContent: rest })));
      }
      this.count.textContent = say("{shown} of {all}", { shown: number.format(this.view.length), all: number.format(this.rows.length) });
      this.turns(from, rows.length);
    }

    turns(from, length) {
      const pages = Math.ceil(this.view.length / PAGE);
      this.pager.hidden = pages < 2;
      const go = (label, step) => {
        const button = make("button", { type: "button", textContent: label, disabled: !(this.page + step in Array.from({ length: pages })) });
        button.addEventListener("click", () => {
          this.page += step;
          this.draw();
          this.root.scrollIntoView();
        });
        return button;
      };
      const told = say("Rows {from} to {to}", { from: number.format(from + 1), to: number.format(from + length) });
      this.pager.replaceChildren(go(ui.Previous, -1), make("span", { textContent: told }), go(ui.Next, 1));
    }

    lines(row, printing) {
      const line = make("tr", {});
      if (this.ids.length) line.id = `f-${this.ids[row]}`;
      if (this.wideColumns.length) {
        const button = make("button", { type: "button", className: "unfold", ariaLabel: `${ui.Details}: ${this.title(row)}` });
        button.setAttribute("aria-expanded", String(this.open.has(row)));
        button.addEventListener("click", () => this.toggle(row));
        line.append(make("td", { className: "more" }, button));
      }
      for (const column of this.shownColumns) {
        const text = this.cell(row, column.index);
        const cell = make("td", { className: `k-${column.key}${column.code ? " code" : ""}` });
        cell.dataset.title = column.title;
        if (column.key === "bucket" || column.key === "severity" || column.key === "state") {
          cell.append(make("span", { className: "tag", textContent: text }));
          cell.firstChild.dataset.tone = data.tones[column.key]?.[text] ?? "";
        } else cell.textContent = text;
        line.append(cell);
      }
      return (printing ? this.tells(row) : this.open.has(row)) ? [line, this.detail(row, printing)] : [line];
    }

    // Whether paper shows details of a row: all of the register, else those where something was found.
    tells(row) {
      if (!(this.key in DETAILS)) return false;
      const telling = this.columns.findIndex(({ key }) => key === TELLING[this.key]);
      if (telling < 0) return true;
      const told = this.cell(row, telling);
      return !["", "0"].includes(told) && !this.shownColumns.some(({ index }) => this.cell(row, index) === told && index !== telling);
    }

    title(row) {
      const column = this.shownColumns.find(({ key }) => ["subject", "name", "question", "what", "place", "licence"].includes(key)) ?? this.shownColumns[0];
      return this.cell(row, column.index);
    }

    detail(row, printing) {
      const list = make("dl", { className: "detail" });
      for (const column of this.wideColumns) {
        const whole = this.cell(row, column.index);
        if (!whole || (printing && !DETAILS[this.key].includes(column.key))) continue;
        const text = printing && whole.length > PRINTED_TEXT ? `${whole.slice(0, PRINTED_TEXT)}...` : whole;
        const value = make("dd", { className: column.code ? "code" : "" });
        if (column.key === "finding-ids") value.append(...links(text));
        else if (column.key === "text") value.append(make("pre", { textContent: text }));
        else value.textContent = text;
        if (column.key === "id" && this.ids.length && !printing) {
          value.append(" ", make("a", { href: `#f-${text}`, textContent: ui["Link to this row"] }));
        }
        list.append(make("div", { className: `d-${column.key}` }, make("dt", { textContent: column.title }), value));
      }
      return make("tr", { className: "details" }, make("td", { colSpan: this.shownColumns.length + 1 }, list));
    }

    toggle(row) {
      if (!this.open.delete(row)) this.open.add(row);
      const at = document.activeElement?.closest("tr");
      const index = at ? [...this.body.children].indexOf(at) : -1;
      this.draw();
      this.body.children[index]?.querySelector("button")?.focus();
    }

    show(id) {
      this.places ??= new Map(this.ids.map((each, row) => [each, row]));
      const row = this.places.get(id);
      if (row === undefined) return false;
      if (!this.view.includes(row)) this.clear();
      this.page = Math.floor(this.view.indexOf(row) / PAGE);
      this.open.add(row);
      this.draw();
      const line = this.body.querySelector(`[id="f-${CSS.escape(id)}"]`);
      for (const old of document.querySelectorAll(".target-row")) old.classList.remove("target-row");
      line.classList.add("target-row");
      line.scrollIntoView({ block: "center" });
      line.querySelector("button")?.focus({ preventScroll: true });
      return true;
    }
  }

  const links = (text) =>
    text.split("\n").flatMap((id) => [make("a", { className: "id", href: `#f-${id}`, title: id, textContent: id.slice(0, 12) }), " "]);

  // The product whose link was followed last: two products can have the same finding.
  let near = "";

  const follow = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    if (!id.startsWith("f-")) return;
    const registers = [...grids.values()].filter((grid) => grid.ids.length);
    registers.sort((a, b) => b.root.dataset.table.startsWith(near) - a.root.dataset.table.startsWith(near));
    registers.some((grid) => grid.show(id.slice(2)));
  };

  for (const root of document.querySelectorAll(".grid")) {
    const table = data.tables[root.dataset.table];
    if (table) grids.set(root.dataset.table, new Grid(root, table));
  }
  addEventListener("hashchange", follow);
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href^='#f-']");
    if (link) near = `${link.closest("main > section")?.id.split("-")[0] ?? ""}-`;
    // The same link twice changes no hash, and has to lead there all the same.
    if (link && link.getAttribute("href") === location.hash) follow();
  });
  addEventListener("beforeprint", () => grids.forEach((grid) => grid.draw(PRINTED)));
  addEventListener("afterprint", () => grids.forEach((grid) => grid.draw()));
  follow();
  document.documentElement.dataset.ready = "yes";
})();
