// Shows the OpenAPI document as a page. Builds nodes only: nothing from the document is parsed as
// mark-up.

/** Makes an element with attributes and children; strings become text. */
function element(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) node.setAttribute(key, value);
  node.append(...children.filter((child) => child !== undefined));
  return node;
}

const anchor = (text) => text.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");

/** A schema in a few words, with links to the types it names. */
function type(schema) {
  if (schema === undefined || schema === true) return ["anything"];
  if (schema.$ref) {
    const name = schema.$ref.split("/").pop();
    return [element("a", { href: `#type-${name}` }, element("code", {}, name))];
  }
  const several = schema.oneOf ?? schema.anyOf;
  if (several) {
    return several.flatMap((one, index) => (index ? [" or ", ...type(one)] : type(one)));
  }
  if (schema.const !== undefined) return [element("code", {}, JSON.stringify(schema.const))];
  if (schema.enum) return [element("code", {}, schema.enum.join(" | "))];
  const kinds = [schema.type ?? "anything"].flat();
  if (kinds.includes("array")) return ["array of ", ...type(schema.items)];
  return [kinds.join(" or ")];
}

/** A table of fields. */
function fields(rows) {
  const head = element("tr", {}, ...["Name", "Type", "Meaning"].map((h) => element("th", {}, h)));
  const body = rows.map(({ name, required, schema, description }) =>
    element(
      "tr",
      {},
      element("td", {}, element("code", {}, name), required ? "" : " (optional)"),
      element("td", {}, ...type(schema)),
      element("td", {}, description ?? ""),
    ),
  );
  return element("table", {}, element("thead", {}, head), element("tbody", {}, ...body));
}

function properties(schema) {
  const required = schema.required ?? [];
  return Object.entries(schema.properties ?? {}).map(([name, property]) => ({
    name,
    required: required.includes(name),
    schema: property,
    description: property.description,
  }));
}

/** The content of a body or an answer. */
function content(title, described) {
  return Object.entries(described?.content ?? {}).flatMap(([media, { schema }]) => {
    const heading = element("h4", {}, `${title}: `, element("code", {}, media), " ", ...(schema ? type(schema) : []));
    return schema?.properties ? [heading, fields(properties(schema))] : [heading];
  });
}

function operation(path, method, described) {
  const inside = element("div", {});
  if (described.description) inside.append(element("p", {}, described.description));
  if (described["x-command"]) {
    inside.append(element("p", {}, "The same as the command ", element("code", {}, described["x-command"]), "."));
  }
  const parameters = described.parameters ?? [];
  if (parameters.length > 0) {
    inside.append(element("h4", {}, "Parameters"), fields(parameters));
  }
  inside.append(...content("Body", described.requestBody));
  for (const [status, answer] of Object.entries(described.responses)) {
    const known = content(`Answer ${status}`, answer);
    inside.append(...(known.length > 0 ? known : [element("h4", {}, `Answer ${status}: ${answer.description}`)]));
  }
  return element(
    "details",
    { id: described.operationId, "data-text": `${method} ${path} ${described.summary}`.toLowerCase() },
    element(
      "summary",
      {},
      element("code", { class: "method" }, method.toUpperCase()),
      element("code", {}, path),
      element("span", {}, described.summary),
      described.security ? undefined : element("span", { class: "open" }, "no token needed"),
    ),
    inside,
  );
}

function definition(name, schema) {
  const inside = element("div", {}, element("p", {}, schema.description ?? ""));
  if (schema.properties) inside.append(fields(properties(schema)));
  const several = schema.oneOf ?? schema.anyOf ?? [];
  for (const one of several) {
    inside.append(element("p", {}, ...(one.properties ? [one.description ?? ""] : type(one))));
    if (one.properties) inside.append(fields(properties(one)));
  }
  if (!schema.properties && several.length === 0) inside.append(element("p", {}, ...type(schema)));
  return element(
    "details",
    { id: `type-${name}`, "data-text": name.toLowerCase() },
    element("summary", {}, element("code", {}, name)),
    inside,
  );
}

/** One operation for each path and method, by section. */
function sections(api) {
  const found = new Map(api.tags.map(({ name }) => [name, []]));
  for (const [path, methods] of Object.entries(api.paths)) {
    for (const [method, described] of Object.entries(methods)) {
      found.get(described.tags[0])?.push(operation(path, method, described));
    }
  }
  const types = Object.entries(api.components.schemas).sort(([a], [b]) => a.localeCompare(b));
  found.set("Types", types.map(([name, schema]) => definition(name, schema)));
  return found;
}

function show(api) {
  const main = document.getElementById("reference");
  const nav = document.getElementById("sections");
  for (const [name, items] of sections(api)) {
    main.append(element("section", { id: anchor(name) }, element("h2", {}, name), ...items));
    nav.append(element("a", { href: `#${anchor(name)}` }, name));
  }
}

/** Hides what does not hold the words. */
function filter(words) {
  for (const item of document.querySelectorAll("details")) {
    item.hidden = !words.every((word) => item.dataset.text.includes(word));
  }
}

/** Opens what the address points to. */
function openTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target?.localName === "details") target.open = true;
  target?.scrollIntoView();
}

try {
  const answer = await fetch("/v1/openapi.json");
  show(await answer.json());
  openTarget();
} catch (error) {
  document.getElementById("reference").append(`The description could not be loaded: ${error}`);
}
addEventListener("hashchange", openTarget);
document.getElementById("find").addEventListener("input", (event) => {
  filter(event.target.value.toLowerCase().split(/\s+/).filter(Boolean));
});
