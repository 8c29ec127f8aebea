// What the engine does, with output that can be compared.

const show = (...values) => console.log(...values.map((value) => JSON.stringify(value)));

// Numbers, big integers, strings, regular expressions.
show(0.1 + 0.2, 1 / 3, -0 === 0, Number.MAX_SAFE_INTEGER, (255).toString(36), parseFloat("1e-7"), 5e-324, 1.7976931348623157e308);
show(Math.hypot(3, 4), Math.sin(1).toFixed(12), Math.fround(5.05), Math.imul(0xffffffff, 5), Math.clz32(1), -7 % 3, 2 ** 31 >> 0);
console.log(String(2n ** 200n / 3n ** 50n), String(-(12345678901234567890n % 97n)), String(BigInt.asUintN(64, -1n)));
show("naïve".normalize("NFD").length, "ÀÉ".toLowerCase(), "a-b-c".replaceAll("-", "+"), "x".padStart(3, "ab"), [..."h😀"].length);
show("2024-02-29".replace(/(?<y>\d+)-(?<m>\d+)-(?<d>\d+)/u, "$<d>.$<m>.$<y>"), "aBc".match(/b/i).index, "a1b22".split(/\d+/));
show(/(?<=\$)\d+(\.\d\d)?/.exec("cost: $42.50")[0], "x\u2028y".match(/^y/m) !== null, /\p{Lu}/u.test("é"));

// Objects, classes, iteration.
class Shape { #area; constructor(area) { this.#area = area; } get area() { return this.#area; } static unit = new Shape(1); }
class Square extends Shape { constructor(side) { super(side * side); } toString() { return `square of ${this.area}`; } }
console.log(`${new Square(7)}`, Shape.unit.area, new Square(2) instanceof Shape);
const { a, ...rest } = { a: 1, b: [2, { c: 3 }], d: undefined };
show(a, rest, [1, [2, [3, [4]]]].flat(Infinity), Object.entries({ x: 1, y: 2 }), structuredCloneLike({ n: [1, 2] }));
function structuredCloneLike(value) { return JSON.parse(JSON.stringify(value)); }
function* primes() { const found = []; for (let n = 2; ; n++) if (found.every((p) => n % p)) { found.push(n); yield n; } }
const first = []; for (const p of primes()) { if (p > 60) break; first.push(p); }
show(first, new Map([["k", { v: 1 }]]).get("k"), [...new Set([3, 1, 3, 2])], [3, 10, 1].sort(), [3, 10, 1].toSorted((x, y) => x - y));
const log = []; const proxy = new Proxy({}, { get: (_, key) => { log.push(key); return 42; } });
show(proxy.one + proxy.two, log, Reflect.ownKeys({ b: 1, 2: 0, a: 1 }), Symbol("s").toString());
show([1, 2, 3, 4].reduce((sum, n) => sum + n), Array.from({ length: 5 }, (_, i) => i ** 2), [5, 6].at(-1), Object.groupBy([1, 2, 3], (n) => n % 2 ? "odd" : "even"));

// Typed arrays, dates.
const view = new DataView(new ArrayBuffer(16)); view.setFloat64(0, Math.PI); view.setInt32(8, -2, true);
show([...new Uint8Array(view.buffer)], new Uint8ClampedArray([300, -5, 1.5]), Float32Array.of(1.1)[0]);
show(new Date(Date.UTC(2000, 1, 29, 12)).toISOString(), new Date("1969-07-20T20:17:40Z").getTime());

// Exceptions.
try { null.property; } catch (error) { show(error instanceof TypeError, error.name); }
try { try { throw new RangeError("inner", { cause: 7 }); } finally { log.length = 0; } } catch ({ message, cause }) { show(message, cause, log); }
try { JSON.parse("{bad"); } catch (error) { show(error.name); }
try { eval("let let = 1"); } catch (error) { show(error.name); }
show((function f(n) { return n === 0 ? 0 : 1 + f(n - 1); })(500));

// Programs: a matrix product, a string builder, a sort, a queue of promises.
const n = 48, matrix = (f) => Array.from({ length: n }, (_, i) => Float64Array.from({ length: n }, (_, j) => f(i, j)));
const left = matrix((i, j) => (i + 1) / (j + 1)), right = matrix((i, j) => i - j);
let trace = 0; for (let i = 0; i < n; i++) for (let k = 0; k < n; k++) trace += left[i][k] * right[k][i];
show(trace.toFixed(6));
let seed = 42; const random = () => (seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff);
const numbers = Array.from({ length: 5000 }, random).sort((x, y) => x - y);
show(numbers[0], numbers[2500], numbers.every((x, i) => !i || numbers[i - 1] <= x));
let hash = 0; for (let i = 0; i < 200000; i++) hash = (Math.imul(hash, 31) + (i ^ (hash >>> 7))) | 0;
show(hash);
const sleepless = (value) => new Promise((resolve) => resolve(value));
(async () => {
    let total = 0;
    for await (const value of (async function* () { yield* [1, 2, 3]; })()) total += await sleepless(value);
    show("async", total, await Promise.all([1, sleepless(2), Promise.resolve(3)]));
    await Promise.reject(new Error("rejected")).catch((error) => show(error.message));
})().finally(() => show("done"));
show("synchronous code runs first");
