"use strict";
// Shows what the page's data says, in the language and palette that the reader picks. It sorts and slices, no more.
(() => {
  const root = document.documentElement;
  const data = JSON.parse(document.getElementById("data").textContent);
  const noHover = matchMedia("(hover: none)");
  const typed = { f4: Float32Array, u2: Uint16Array };
  const picked = {};
  let palette = {};

  Plotly.register({
    moduleType: "locale", name: "zh",
    dictionary: { "Download plot as a PNG": "下载为 PNG 图片", "Reset axes": "重置坐标轴", "Double-click to zoom back out": "双击缩小",
      "Produced with Plotly": "", "Click to enter Colorscale title": "", "incoming flow count": "流入数", "outgoing flow count": "流出数",
      "source:": "来源：", "target:": "去向：" },
    format: {
      days: ["星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"],
      shortDays: ["周日", "周一", "周二", "周三", "周四", "周五", "周六"],
      months: ["一月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "十一月", "十二月"],
      shortMonths: ["1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月", "12月"],
      date: "%Y-%m-%d", decimal: ".", thousands: "\u202f", grouping: [3], currency: ["", ""],
      year: "%Y年", month: "%Y年%b", dayMonth: "%b%-d日", dayMonthYear: "%Y年%b%-d日",
    },
  });

  const language = () => root.dataset.language;
  const said = (key) => (data.words[key] || [key, key])[data.languages.indexOf(language())];
  const shown = (key) => (key.startsWith("name.") ? said(key).replace(/&/g, "&amp;").replace(/</g, "&lt;") : said(key));

  function numbers(packed) {
    const raw = atob(packed.bdata);
    const bytes = new Uint8Array(raw.length);
    for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
    return new typed[packed.dtype](bytes.buffer);
  }
  const hourly = Object.fromEntries(Object.entries(data.hourly).map(([name, packed]) => [name, numbers(packed)]));

  function grid(packed) {
    const steps = numbers(packed), [rows, columns] = packed.shape;
    return Array.from({ length: rows }, (_, r) =>
      Array.from(steps.subarray(r * columns, (r + 1) * columns), (s) => (s === 65535 ? null : packed.offset + packed.scale * s)));
  }

  function colour(token) {
    const [name, opacity] = token.slice(1).split("/");
    const value = palette[name];
    if (!opacity) return value;
    const c = parseInt(value.slice(1), 16);
    return `rgba(${c >> 16},${(c >> 8) & 255},${c & 255},${opacity / 100})`;
  }

  // A power holds until its interval ends: the last one is drawn again at its end, or it would have no width.
  const stepped = (values, name) => (name === "content" ? values : [...values, values.at(-1)]);

  // Puts words, colours and the picked week or grid into a figure's keys.
  function filled(value, pick) {
    if (typeof value === "string") {
      if (value.startsWith("@")) return colour(value);
      return value.includes("{{") ? value.replace(/\{\{(.+?)\}\}/g, (_, key) => shown(key)) : value;
    }
    if (Array.isArray(value)) return value.map((v) => filled(v, pick));
    if (value && typeof value === "object") {
      if (value.bdata) return { ...value };
      if (value.hourly) return stepped(Array.from(hourly[value.hourly].subarray(pick[0], pick[1]), (v) => v * value.sign), value.hourly);
      if (value.grid === true) return grid(pick.grid);
      return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, filled(v, pick)]));
    }
    return value;
  }

  function choices(figure) {
    return figure.pick === "weeks" ? data.weeks : data.grids[figure.pick];
  }

  // A Chinese character is as wide as two Latin ones.
  const ems = (text) => Array.from(text).reduce((sum, c) => sum + (c > "\u2e7f" ? 1 : 0.5), 0);

  function layoutOf(figure, width, pick) {
    const narrow = width < 560, paired = narrow && figure.data.every((t) => ems(filled(t.name || "", null)) < 9);
    const text = { color: palette.muted, size: narrow ? 11 : width > 1900 ? 15 : 12, family: getComputedStyle(document.body).fontFamily };
    const layout = filled(figure.layout, pick);
    for (const name of Object.keys(layout).filter((k) => /^[xy]axis/.test(k))) {
      const axis = layout[name];
      layout[name] = { gridcolor: palette.rule, linecolor: palette.rule, zerolinecolor: palette.muted, zeroline: name.startsWith("y"), automargin: true, separatethousands: true,
        showgrid: !axis.overlaying && axis.type !== "category", fixedrange: narrow, ...axis, title: axis.title && { standoff: 8, ...axis.title } };
      if (axis.type === "category" && narrow) layout[name].tickfont = { size: 10 };
    }
    return {
      font: text, separators: ".\u202f", paper_bgcolor: palette.none, plot_bgcolor: palette.none, colorway: [palette.ink],
      margin: { l: narrow ? 48 : 60, r: narrow ? 12 : 20, t: 8, b: 40 }, showlegend: figure.data.length > 1, bargap: 0.25,
      legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", traceorder: "normal", font: { size: text.size }, ...(paired && { entrywidth: 0.5, entrywidthmode: "fraction" }) },
      modebar: { bgcolor: palette.none, color: palette.muted, activecolor: palette.accent },
      hoverlabel: { bgcolor: palette.surface, bordercolor: palette.rule, font: { ...text, color: palette.ink } },
      dragmode: narrow ? false : "zoom", ...layout,
    };
  }

  // Power holds for the interval that starts at its time (its last point stands just before the end, so that hovering
  // names the right interval); the stored energy is that at the interval's end.
  function timesOf(trace, first) {
    const start = Date.parse(`${first.replace(" ", "T")}Z`), last = trace.y.length - 1;
    return trace.y.map((_, i) => start + (i + (trace.meta?.end ? 1 : 0)) * data.step_ms - (i === last && !trace.meta?.end ? 1 : 0));
  }

  function draw(figure) {
    const place = document.getElementById(`plot-${figure.id}`);
    const rows = place.clientWidth < 560 && figure.data.length > 4 ? figure.data.length / 2 : 0;
    place.style.height = `${figure.height + Math.round(rows * 16)}px`;
    const pick = figure.pick ? choices(figure)[picked[figure.id]] : null;
    const traces = filled(figure.data, pick);
    if (figure.pick === "weeks") for (const trace of traces) trace.x = timesOf(trace, pick[2]);
    for (const trace of traces) {
      if ((trace.stackgroup || trace.type === "scatter") && !trace.hovertemplate) trace.hovertemplate = "%{y:,.1f}";
      if (figure.pick === "weeks" && trace.stackgroup) trace.line = { ...trace.line, shape: "hv" };
      if (trace.type === "bar" && !trace.hovertemplate) trace.hovertemplate = "%{y:,.1f}";
      if (trace.type === "sankey") trace.textfont = { color: palette.ink, size: place.clientWidth < 560 ? 10 : 12 };
      if (trace.type === "waterfall") trace.textfont = { color: palette.ink };
      if (trace.type === "heatmap" && place.clientWidth < 560) Object.assign(trace.colorbar, { thickness: 6, title: undefined });
    }
    const layout = layoutOf(figure, place.clientWidth, pick);
    if (traces.length === 1 && figure.layout.showlegend === undefined) layout.showlegend = false;
    return Plotly.react(place, traces, layout, {
      responsive: true, displaylogo: false, locale: language() === "zh" ? "zh" : "en-US", displayModeBar: place.clientWidth < 560 || noHover.matches ? false : "hover",
      modeBarButtons: [["toImage", "resetScale2d"]], toImageButtonOptions: { filename: figure.id, scale: 2 },
    });
  }

  function readPalette() {
    const style = getComputedStyle(root);
    palette = new Proxy({}, { get: (_, name) => style.getPropertyValue(`--${name}`).trim() });
  }

  function optionText(figure, choice) {
    if (figure.pick === "weeks") return `${choice[3]} – ${choice[4]}`;
    const worst = figure.pick === "loading" ? `${(choice.worst * 100).toFixed(0)}\u202f%` : `${choice.worst.toFixed(3)} p.u.`;
    return `${said(`name.${choice.id}`)} · ${worst}`;
  }

  function fillPickers() {
    for (const select of document.querySelectorAll("select[data-pick]")) {
      const figure = data.figures.find((f) => f.id === select.dataset.pick);
      select.replaceChildren(...choices(figure).map((choice, i) => new Option(optionText(figure, choice), i, false, i === picked[figure.id])));
    }
    for (const button of document.querySelectorAll("button[data-week]"))
      button.setAttribute("aria-pressed", String(Number(button.dataset.week) === picked.week));
  }

  function pickOne(id, index) {
    picked[id] = index;
    fillPickers();
    draw(data.figures.find((f) => f.id === id));
  }

  function speak() {
    root.lang = language() === "zh" ? "zh-CN" : "en";
    document.title = `${said("park.name")} · ${said("page.title")}`;
    for (const node of document.querySelectorAll("[data-t]")) node.textContent = said(node.dataset.t);
    for (const node of document.querySelectorAll("[data-zh]")) node.textContent = node.dataset[language()];
    for (const node of document.querySelectorAll("[data-aria]")) node.setAttribute("aria-label", (node.dataset.of || "") + said(node.dataset.aria));
  }

  let drawing = 0;
  async function drawAll() {
    const turn = ++drawing;
    delete root.dataset.drawn;
    readPalette();
    fillPickers();
    for (const figure of data.figures) {
      await new Promise((next) => setTimeout(next));
      if (turn !== drawing) return;
      await draw(figure);
    }
    root.dataset.drawn = "all";
  }

  function sortBy(heading) {
    const row = heading.parentElement, column = [...row.children].indexOf(heading), body = heading.closest("table").tBodies[0];
    const rising = heading.getAttribute("aria-sort") === "descending";
    for (const other of row.children) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", rising ? "ascending" : "descending");
    const key = (line) => { const cell = line.children[column]; return "v" in cell.dataset ? Number(cell.dataset.v) : cell.textContent; };
    const order = (a, b) => (typeof a === "number" ? a - b : a.localeCompare(b, language()));
    body.append(...[...body.rows].sort((a, b) => order(key(a), key(b)) * (rising ? 1 : -1)));
  }

  for (const figure of data.figures)
    if (figure.pick) picked[figure.id] = figure.pick === "weeks" ? data.marks.best ?? 0 : 0;

  document.getElementById("language").addEventListener("click", () => {
    root.dataset.language = language() === "zh" ? "en" : "zh";
    speak();
    drawAll();
  });
  const systemDark = matchMedia("(prefers-color-scheme: dark)");
  document.getElementById("theme").addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : systemDark.matches;
    root.dataset.theme = dark ? "light" : "dark";
    drawAll();
  });
  systemDark.addEventListener("change", drawAll);
  document.addEventListener("change", (event) => {
    if (event.target.dataset.pick) pickOne(event.target.dataset.pick, Number(event.target.value));
  });
  for (const button of document.querySelectorAll("button[data-week]"))
    button.addEventListener("click", () => pickOne("week", Number(button.dataset.week)));
  for (const heading of document.querySelectorAll(".sortable thead th")) {
    heading.tabIndex = 0;
    heading.addEventListener("click", () => sortBy(heading));
    heading.addEventListener("keydown", (event) => { if (event.key === "Enter") sortBy(heading); });
  }

  // Paper is white and narrow: draw in the light palette at the paper's width, and back afterwards.
  let before;
  addEventListener("beforeprint", () => {
    before = root.dataset.theme;
    root.dataset.theme = "light";
    readPalette();
    for (const figure of data.figures) draw(figure);
  });
  addEventListener("afterprint", () => {
    if (before) root.dataset.theme = before; else delete root.dataset.theme;
    drawAll();
  });

  drawAll();
})();
