// Draws the shell from the portal's JSON: folders, messages, charts and documents.
"use strict";

const base = "/EpicCareLink";
const app = document.getElementById("app");
const token = document.querySelector('meta[name="csrf-token"]').content;
const names = { snapshot: "SnapShot", orders: "Orders", notes: "Notes", media: "Media", encounters: "Encounters" };
const order = document.querySelector('meta[name="chart-sections"]').content.split(" ");
const sections = order.map((id) => [id, names[id]]);

// A dead session answers with a redirect to the login page or with the login page itself.
async function call(path, options) {
  const reply = await fetch(base + path, options);
  const kind = reply.headers.get("content-type") || "";
  if (reply.ok && kind.startsWith("text/html") && (await reply.clone().text()).includes('class="stale"')) {
    throw new Error("This page has expired. Please refresh.");
  }
  if (reply.redirected || (reply.ok && kind.startsWith("text/html"))) {
    window.location.href = base + "/login?expired=1";
    throw new Error("session ended");
  }
  if (!reply.ok) throw new Error("The server answered " + reply.status + ". Try again.");
  return reply.status === 204 ? null : reply.json();
}

function post(path, body) {
  const headers = { "X-CSRF-Token": token, "Content-Type": "application/json" };
  return call(path, { method: "POST", headers, body: body ? JSON.stringify(body) : null });
}

function el(tag, properties, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

function show(...nodes) { app.replaceChildren(...nodes); }

function failed(error) { show(el("div", { role: "alert", textContent: error.message })); app.firstChild.setAttribute("role", "alert"); }

function button(text, action, properties) {
  return el("button", { type: "button", textContent: text, onclick: () => action().catch(failed), ...properties });
}

function table(label, headings, rows) {
  const head = el("tr", {}, ...headings.map((text) => el("th", { scope: "col", textContent: text })));
  const body = rows.map((cells) => el("tr", {}, ...cells.map((cell) => el("td", {}, cell ?? ""))));
  const node = el("table", {}, el("thead", {}, head), el("tbody", {}, ...body));
  node.setAttribute("aria-label", label);
  return node;
}

function paging(page, count, go) {
  if (count <= 1) return "";
  const back = button("Previous page", () => go(page - 1), { disabled: page <= 1, className: "quiet" });
  const on = button("Next page", () => go(page + 1), { disabled: page >= count, className: "quiet" });
  return el("div", { className: "paging" }, back, el("span", { textContent: `Page ${page} of ${count}` }), on);
}

function pane(title, ...children) {
  const node = el("section", { className: "pane" }, el("h2", { textContent: title }), ...children);
  node.setAttribute("aria-label", title);
  return node;
}

async function inbasket(folderId, page = 1, messageId) {
  const { folders } = await call("/api/inbasket/folders");
  const current = folders.find((f) => f.id === folderId) || folders[0];
  const list = folders.map((f) => {
    const entry = button("", () => inbasket(f.id), { className: "folder" });
    entry.append(el("span", { textContent: f.name }), el("span", { textContent: `${f.unread}/${f.total}` }));
    entry.setAttribute("aria-current", String(f === current));
    return entry;
  });
  if (!current) return show(pane("Folders", el("p", { textContent: "Your In Basket is empty." })));
  const found = await call(`/api/inbasket/folders/${current.id}/messages?page=${page}`);
  const rows = found.rows.map((m) => [
    button(m.subject, () => inbasket(current.id, page, m.messageId)), m.patient.name, m.chartType, m.received,
  ]);
  const detail = messageId ? await message(messageId, current.id, page) : pane("Message", el("p", { textContent: "Select a message." }));
  show(el("div", { className: "panes" }, pane("Folders", ...list),
    pane(current.name, table("Messages", ["Subject", "Patient", "Type", "Received"], rows),
      paging(page, found.pageCount, (to) => inbasket(current.id, to))), detail));
}

async function message(id, folderId, page) {
  const m = await call(`/api/inbasket/messages/${id}`);
  return pane("Message", el("p", {}, el("strong", { textContent: m.subject })),
    el("p", { textContent: `${m.patient.name}, MRN ${m.patient.mrn}, born ${m.patient.dob}` }),
    el("p", { textContent: `From ${m.from}, ${m.received}` }), el("p", { textContent: m.body }),
    el("div", { className: "paging" }, button("Open chart", () => openChart(m.patient.patId)),
      button("Done", async () => { await post(`/api/inbasket/messages/${id}/done`); await inbasket(folderId, page); }, { className: "quiet" })));
}

async function openChart(patId) {
  const opened = await post("/api/chart/open", { patId });
  const refused = opened.breakTheGlass || opened.accessEnded;
  if (refused) throw new Error(refused.message);
  await chart(patId, "snapshot", 1);
}

async function chart(patId, section, page) {
  const found = await call(`/api/chart/${patId}/${section}?page=${page}`);
  const b = found.banner;
  const banner = el("div", { className: "banner" }, el("strong", { textContent: b.name }),
    `MRN: ${b.mrn}  DOB: ${b.dob}  Sex: ${b.sex}`);
  const tabs = sections.map(([id, name]) => {
    const tab = button(name, () => chart(patId, id, 1), { className: "quiet" });
    tab.setAttribute("aria-current", String(id === section));
    return tab;
  });
  const rows = found.rows.map((d) => [
    button(d.title, async () => { window.open(`${base}/viewer/${d.id}`, "_blank"); }), d.type, d.serviceDate, d.author, d.status, d.edited,
  ]);
  const name = sections.find(([id]) => id === section)[1];
  show(banner, el("div", { className: "paging" }, ...tabs),
    pane(name, table(name, ["Title", "Type", "Date", "Author", "Status", "Edited"], rows),
      paging(page, found.pageCount, (to) => chart(patId, section, to))));
}

// Patients are those the In Basket speaks of; this site has no other list.
async function patients() {
  const seen = new Map();
  const { folders } = await call("/api/inbasket/folders");
  for (const folder of folders) {
    for (let page = 1, count = 1; page <= count; page += 1) {
      const found = await call(`/api/inbasket/folders/${folder.id}/messages?page=${page}`);
      count = found.pageCount;
      found.rows.forEach((row) => seen.set(row.patient.patId, row.patient));
    }
  }
  const rows = [...seen.values()].sort((a, b) => a.name.localeCompare(b.name))
    .map((p) => [button(p.name, () => openChart(p.patId)), p.mrn, p.dob]);
  show(pane("Patient List", table("Patients", ["Name", "MRN", "DOB"], rows)));
}

async function reports() { show(pane("Reports", el("p", { textContent: "No reports are available to your site." }))); }

const tabs = { inbasket, patients, reports };
document.querySelectorAll("nav [data-tab]").forEach((tab) => {
  tab.addEventListener("click", () => {
    document.querySelectorAll("nav [data-tab]").forEach((other) => other.removeAttribute("aria-current"));
    tab.setAttribute("aria-current", "page");
    tabs[tab.dataset.tab]().catch(failed);
  });
});
document.getElementById("logout").addEventListener("click", async () => {
  await fetch(base + "/logout", { method: "POST", headers: { "X-CSRF-Token": token } });
  window.location.href = base + "/login";
});
inbasket().catch(failed);
