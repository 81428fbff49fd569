// The few things of a page that modules look at when they are loaded.
const kept = new Map<string, string>();
Object.assign(globalThis, {
  location: { hash: "", origin: "https://chat.example" },
  localStorage: {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  },
});
