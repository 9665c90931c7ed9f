"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const root = document.documentElement;
const FACETS = ["material", "form", "alloy", "use", "exhibitor"];
const COUNTS = ["location", "market", "traced"];
const COLOURS = {
  wind_farm: ["#2f83bf", "#4c9ad0", "#6fb0de", "#94c6ea"], pv_plant: ["#e2a312", "#eebb45", "#f4cf7c"],
  thermal_unit: ["#5b6168", "#7a8088", "#989ea6", "#b3b8bf"], generator: ["#8a6d4b", "#a68a68"],
  grid: ["#a05a2c", "#bb7a4e"], grid_renewable: ["#57b481"], unknown: ["#c9ced3"],
};
const STEP = 60;
let speech = root.dataset.language === "zh" ? 0 : 1;
let tab = "products";
let shown = STEP;
const asked = { text: "", category: "", material: "", form: "", alloy: "", use: "", exhibitor: "", count: "traced", max: "", green: "", order: "relevance" };
const maker = Object.fromEntries(data.exhibitors.map((e) => [e.id, e]));

const say = (key) => data.say[key][speech];
const word = (kind, code) => (data.words[kind][code] || [code, code])[speech];
const named = (facet, value) => (facet === "exhibitor" ? maker[value].name[speech] : facet === "alloy" ? value : word(facet, value));
const fold = (text) => text.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean).join(" ");
const plain = (alloy) => alloy.replace(/^EN AW-/, "");
const number = (value, digits) => (value === null || value === undefined ? "–" : value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits }).replace(/,/g, "\u2009"));
const percent = (value) => (value === null || value === undefined ? "–" : number(100 * value, 1) + " %");

function made(tag, attributes, ...inside) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "style") for (const [name, said] of Object.entries(value)) node.style.setProperty(name, said);
    else if (value !== false && value !== null) node.setAttribute(key, value);
  }
  node.append(...inside.filter((x) => x !== null && x !== undefined && x !== ""));
  return node;
}

for (const product of data.products) {
  const choices = [["category", product.category], ["material", product.material], ["form", product.form], ...product.use.map((u) => ["use", u])];
  const of = maker[product.of];
  product.naming = fold([product.id, ...product.name, product.alloy, plain(product.alloy)].join(" "));
  product.other = fold([...choices.flatMap(([kind, code]) => [code, ...data.words[kind][code]]), product.temper, product.batch, of.id, ...of.name].join(" "));
}
const lexicon = [...new Set(["category", "material", "form", "use"].flatMap((k) => Object.values(data.words[k]).map((w) => fold(w[0]))))].sort((a, b) => b.length - a.length);

function terms() {
  return fold(asked.text).split(" ").filter(Boolean).flatMap((term) => {
    if (!/[\u3400-\u9fff]/.test(term) || data.products.some((p) => p.naming.includes(term) || p.other.includes(term))) return [term];
    const parts = [];
    let rest = 0;
    for (let k = 0; k < term.length;) {
      const found = lexicon.find((w) => term.startsWith(w, k));
      if (!found) { k += 1; continue; }
      if (rest < k) parts.push(term.slice(rest, k));
      parts.push(found);
      k += found.length;
      rest = k;
    }
    if (rest < term.length) parts.push(term.slice(rest));
    return parts;
  });
}

function score(product, words) {
  let sum = 0;
  for (const term of words) {
    if (product.naming.split(" ").includes(term)) sum += 4;
    else if (product.naming.includes(term)) sum += 2;
    else if (product.other.includes(term)) sum += 1;
    else return 0;
  }
  return sum || 1;
}

function values(product, facet) {
  return facet === "use" ? product.use : facet === "exhibitor" ? [product.of] : facet === "alloy" ? [plain(product.alloy)].filter(Boolean) : [product[facet]];
}

function passes(product, open) {
  return ["category", ...FACETS].every((facet) => facet === open || !asked[facet] || values(product, facet).includes(asked[facet]));
}

function bounded(product) {
  const foot = product.foot;
  if (asked.max !== "" && !(foot && foot[asked.count] !== null && foot[asked.count] <= Number(asked.max))) return false;
  return asked.green === "" || Boolean(foot && foot.green !== null && foot.green * 100 >= Number(asked.green));
}

function found() {
  const words = terms();
  const open = data.products.map((p) => [p, score(p, words)]).filter(([p, s]) => s && bounded(p));
  const facets = Object.fromEntries(["category", ...FACETS].map((facet) => {
    const counts = {};
    for (const [p] of open) if (passes(p, facet)) for (const v of values(p, facet)) counts[v] = (counts[v] || 0) + 1;
    return [facet, counts];
  }));
  const hits = open.filter(([p]) => passes(p, null));
  const last = (value) => (value === null || value === undefined ? Infinity : value);
  if (asked.order === "footprint") hits.sort((a, b) => last(a[0].foot && a[0].foot[asked.count]) - last(b[0].foot && b[0].foot[asked.count]) || 0);
  else if (asked.order === "green") hits.sort((a, b) => ((b[0].foot && b[0].foot.green) ?? -1) - ((a[0].foot && a[0].foot.green) ?? -1));
  else hits.sort((a, b) => b[1] - a[1]);
  return { hits: hits.map(([p]) => p), facets };
}

function card(product) {
  const foot = product.foot;
  const figure = made("div", { class: "figure" });
  if (foot && foot[asked.count] !== null) figure.append(made("span", {}, made("b", {}, number(foot[asked.count], 2)), " " + say("unit")), made("span", { class: "tag" }, word("count", asked.count)));
  else if (product.maker) figure.append(product.maker.t_per_t === null ? made("span", { class: "muted" }, product.maker.data[speech]) : made("span", {}, made("b", {}, number(product.maker.t_per_t, 2)), " " + say("unit")), made("span", { class: "tag" }, say("maker")));
  else figure.append(made("span", { class: "muted" }, say("unknown")));
  return made("button", { type: "button", class: "card", onclick: () => detail(product) },
    made("h3", {}, product.name[speech]),
    made("span", { class: "muted" }, maker[product.of].name[speech]),
    made("span", { class: "muted" }, [word("category", product.category), product.alloy, product.temper, ...product.use.map((u) => word("use", u))].filter(Boolean).join(" · ")),
    figure,
    foot && foot.green !== null ? made("div", { class: "meter", title: say("green") }, made("i", { style: { width: 100 * foot.green + "%" } })) : null,
    foot ? made("span", { class: "muted" }, percent(foot.green) + " " + say("green") + (foot.recycled ? " · " + percent(foot.recycled) + " " + say("recycled") : "")) : null);
}

function detail(product) {
  const close = made("button", { type: "button", onclick: () => box.close(), "aria-label": say("close") }, "✕");
  const sizes = Object.entries(product.size).map(([n, v]) => say(n) + " " + v + " " + n.split("_").pop());
  const body = made("div", { class: "detail" },
    made("div", { class: "line", style: { "align-items": "flex-start" } }, made("h2", {}, product.name[speech]), made("div", {}, close)),
    made("p", { class: "muted" }, [product.id, maker[product.of].name[speech], say("stand") + " " + maker[product.of].stand, product.alloy, product.temper, ...sizes, ...product.use.map((u) => word("use", u)), product.batch ? say("batch") + " " + product.batch : "", say("basis_" + product.basis)].filter(Boolean).join(" · ")));
  if (product.maker) body.append(made("div", {}, made("h3", {}, say("maker")), made("p", {}, [product.maker.data[speech], product.maker.t_per_t === null ? "" : number(product.maker.t_per_t, 2) + " " + say("unit")].filter(Boolean).join(" · ")), made("p", { class: "muted" }, product.maker.by + ", " + say("said_on") + " " + product.maker.on)));
  if (product.foot) body.append(footprint(product.foot));
  if (product.path) body.append(way(product));
  if (product.sources && product.sources.length) body.append(sources(product));
  const box = made("dialog", { onclose: () => box.remove(), onclick: (event) => event.target === box && box.close() }, body);
  document.body.append(box);
  box.showModal();
}

function footprint(foot) {
  const most = Math.max(...COUNTS.map((c) => foot[c] || 0)) || 1;
  return made("div", {}, made("h3", {}, say("three")),
    made("div", { class: "bars" }, ...COUNTS.map((c) => made("div", {}, made("span", {}, word("count", c)), made("i", { style: { width: (100 * (foot[c] || 0)) / most + "%", background: `var(--${c})` } }), made("b", {}, number(foot[c], 2))))),
    made("p", { class: "muted" }, `${say("unit")} · ${say("direct")} ${number(foot.direct, 2)} · ${say("declared")} ${number(foot.declared, 2)} · ${say("power_use")} ${number(foot.kwh, 0)} ${say("kwh_per_t")} · ${percent(foot.green)} ${say("green")}`),
    made("p", { class: "muted" }, data.boundary[speech]));
}

function way(product) {
  return made("div", {}, made("h3", {}, say("path")), made("ul", { class: "way" }, ...product.path.map(([depth, kind, id, name, of, kg, share, kwh]) => {
    const metal = kind === "potline" || kind === "batch";
    const told = data.products.find((p) => p.id === id);
    const who = of ? maker[of].name[speech] : metal ? say(kind) : "";
    const said = kind === "maker" && told && told.maker ? ` · ${say("maker")}: ${told.maker.by}, ${told.maker.on}` : "";
    const right = [number(kg, 0) + " " + say("kg"), share === null ? "" : say("yield") + " " + percent(share), kwh ? number(kwh, 0) + " " + say("kwh_per_t") : ""].filter(Boolean).join(" · ");
    return made("li", { class: kind, style: { "margin-left": 14 * depth + "px" } }, made("b", {}, name[speech]), made("span", {}, right), made("span", {}, who + said));
  })));
}

function sources(product) {
  const used = {};
  const parts = product.sources.map(([name, kind, green, share]) => {
    const of = COLOURS[kind] || COLOURS.unknown;
    used[kind] = (used[kind] || 0) + 1;
    return { name: name[speech], colour: of[(used[kind] - 1) % of.length], share };
  });
  if (product.unknown > 0.00005) parts.push({ name: say("source_unknown"), colour: COLOURS.unknown[0], share: product.unknown });
  return made("div", {}, made("h3", {}, say("sources")),
    made("div", { class: "stack" }, ...parts.map((p) => made("i", { title: `${p.name} ${percent(p.share)}`, style: { width: 100 * p.share + "%", background: p.colour } }))),
    made("ul", { class: "legend" }, ...parts.map((p) => made("li", {}, made("i", { style: { background: p.colour } }), `${p.name} ${percent(p.share)}`))));
}

function select(facet, counts) {
  const options = Object.entries(counts).sort((a, b) => b[1] - a[1] || (named(facet, a[0]) < named(facet, b[0]) ? -1 : 1));
  if (asked[facet] && !counts[asked[facet]]) options.push([asked[facet], 0]);
  return made("label", {}, say(facet), made("select", { "data-facet": facet, onchange: (event) => change(facet, event.target.value) },
    made("option", { value: "" }, say("any")),
    ...options.map(([value, n]) => made("option", { value, selected: asked[facet] === value ? "" : false }, `${named(facet, value)} (${n})`))));
}

function choice(key, entries) {
  return made("label", {}, say(key), made("select", { onchange: (event) => change(key, event.target.value) }, ...entries.map(([value, label]) => made("option", { value, selected: asked[key] === value ? "" : false }, label))));
}

function change(key, value) {
  asked[key] = value;
  shown = STEP;
  draw();
}

let opened = window.matchMedia("(min-width: 761px)").matches;
function products(main) {
  const seek = made("input", { class: "seek", type: "search", id: "seek", placeholder: say("search"), "aria-label": say("search"), oninput: (event) => { asked.text = event.target.value; shown = STEP; fill(); } });
  seek.value = asked.text;
  const place = made("div", {});
  main.append(seek, place);
  function fill() {
    const { hits, facets } = found();
    const chips = made("div", { class: "chips" }, ...Object.keys(data.words.category).filter((c) => facets.category[c] || asked.category === c).map((c) =>
      made("button", { type: "button", "aria-pressed": asked.category === c, onclick: () => change("category", asked.category === c ? "" : c) }, word("category", c), made("span", {}, String(facets.category[c] || 0)))));
    const bound = (key, label, step) => { const field = made("input", { type: "number", min: 0, step, onchange: (event) => change(key, event.target.value) }); field.value = asked[key]; return made("label", {}, say(label), field); };
    const filters = made("details", { class: "filters", open: opened ? "" : false, ontoggle: (event) => { opened = event.target.open; } }, made("summary", {}, say("filters")), made("div", { class: "inside" },
      ...FACETS.map((facet) => select(facet, facets[facet])),
      choice("count", COUNTS.map((c) => [c, word("count", c)])), bound("max", "footprint_max", 0.1), bound("green", "green_min", 1),
      choice("order", ["relevance", "footprint", "green"].map((o) => [o, say("by_" + o)])),
      made("button", { type: "button", onclick: () => { Object.assign(asked, { text: "", category: "", material: "", form: "", alloy: "", use: "", exhibitor: "", max: "", green: "" }); shown = STEP; draw(); } }, say("reset"))));
    const list = made("div", { class: "cards" }, ...hits.slice(0, shown).map(card));
    const right = made("div", {}, made("div", { class: "result" }, made("b", {}, `${number(hits.length, 0)} ${say("found")}`)), hits.length ? list : made("p", {}, say("none")));
    if (hits.length > shown) right.append(made("button", { type: "button", class: "more", onclick: () => { shown += STEP; fill(); } }, say("more")));
    place.replaceChildren(chips, made("div", { class: "hall" }, filters, right));
  }
  fill();
}

function exhibitors(main) {
  main.append(made("div", { class: "cards" }, ...data.exhibitors.map((e) => {
    const count = data.products.filter((p) => p.of === e.id).length;
    return made("div", { class: "card still" }, made("h3", {}, e.name[speech]), made("span", { class: "muted" }, `${say(e.kind)} · ${say("stand")} ${e.stand}`), made("p", {}, e.does[speech]), made("span", { class: "muted" }, e.contact),
      count ? made("button", { type: "button", onclick: () => { tab = "products"; change("exhibitor", e.id); } }, `${say("shown")} (${count})`) : null);
  })));
}

function enquiries(main) {
  const tonnes = (kg) => (kg === null ? "" : `${number(kg / 1000, 0)} ${say("tonnes")}`);
  main.append(made("div", { class: "cards" }, ...data.enquiries.map((e) => made("div", { class: "card still" },
    made("div", { class: "line" }, made("h3", {}, e.words[speech]), made("span", { class: "tag" }, say(e.side))),
    made("span", { class: "muted" }, maker[e.exhibitor].name[speech]),
    made("span", { class: "muted" }, [word("category", e.category), e.alloy, tonnes(e.quantity_kg), e.until ? `${say("until")} ${e.until}` : ""].filter(Boolean).join(" · ")),
    e.max === null ? null : made("span", { class: "muted" }, `${say("at_most")} ${number(e.max, 2)} ${say("unit")} (${word("count", e.count)})`),
    e.side === "seeks" ? made("p", {}, e.answers.length ? `${say("answered")} ${e.answers.map((a) => maker[a.exhibitor].name[speech] + (a.quantity_kg === null ? "" : " · " + tonnes(a.quantity_kg))).join("; ")}` : say("unanswered")) : null))));
}

function draw() {
  const focused = document.activeElement && document.activeElement.id === "seek";
  root.lang = speech ? "en" : "zh-CN";
  document.title = say("title");
  for (const old of document.querySelectorAll("header, main, footer")) old.remove();
  const run = data.run;
  const sub = run ? `${run.park[speech]} · ${say("stage")} ${run.stage} · ${run.period} · ${number(run.hours, 0)} h · ${say("kind_" + run.kind)}` : say("no_run");
  const tabs = made("div", { class: "tabs", role: "tablist" }, ...["products", "exhibitors", "enquiries"].map((name) =>
    made("button", { type: "button", role: "tab", "aria-selected": tab === name, onclick: () => { tab = name; draw(); } }, `${say(name)} ${data[name].length}`)));
  const header = made("header", { class: "top" }, made("div", {},
    made("div", { class: "line" }, made("h1", {}, say("title")), made("div", {},
      made("button", { type: "button", id: "language", onclick: () => { speech = 1 - speech; draw(); } }, say("language")),
      made("button", { type: "button", id: "theme", "aria-label": say("theme"), onclick: () => { const dark = root.dataset.theme ? root.dataset.theme === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches; root.dataset.theme = dark ? "light" : "dark"; } }, "◐"))),
    made("p", { class: "sub" }, sub), data.synthetic ? made("p", { class: "banner" }, say("synthetic")) : null, tabs));
  const main = made("main", {});
  document.body.append(header, main, made("footer", {}, made("p", {}, data.boundary[speech]), made("p", {}, say("made_by"))));
  ({ products, exhibitors, enquiries })[tab](main);
  if (focused) document.getElementById("seek").focus();
}
draw();
