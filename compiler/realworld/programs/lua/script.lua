-- What the interpreter, its libraries and its collector do, with output that can be compared.

print(_VERSION, #arg, arg[2])

-- Numbers: integers wrap, floats do not, conversions are explicit.
print(7 // 2, -7 // 2, 7 % -3, 7 / 2, 2 ^ 10, 1 << 62, 0xff ~ 0x0f, ~0)
print(math.maxinteger + 1 == math.mininteger, 1e308 * 10, -(0 / 0) ~= 0, math.tointeger(3.0), 3 == 3.0)
print(string.format("%5.2f|%x|%g|%10s|%-5d|%q", math.pi, 255, 1e100, "right", 42, "a\nb"))

-- Strings and patterns.
local text = "The quick brown fox jumps over the lazy dog"
print(text:len(), text:upper(), text:reverse(), text:sub(-3))
print((text:gsub("%w+", function(word) return #word end)))
for key, value in string.gmatch("a=1, b=2, c=3", "(%w+)=(%w+)") do io.write(key, "->", value, ";") end
print(string.find("key = value", "^(%w+)%s*=%s*(%w+)$"))
print(string.unpack("<i4z", string.pack("<i4z", -2, "packed")))
print(utf8.char(72, 228, 8364, 128512), utf8.len("Hä€😀"))

-- Tables, sorting, metatables, closures.
local words = {}
for word in text:gmatch("%a+") do words[#words + 1] = word:lower() end
table.sort(words, function(a, b) return #a < #b or #a == #b and a < b end)
print(table.concat(words, " "))

local Vector = {}
Vector.__index = Vector
Vector.__add = function(a, b) return setmetatable({ x = a.x + b.x, y = a.y + b.y }, Vector) end
Vector.__eq = function(a, b) return a.x == b.x and a.y == b.y end
Vector.__tostring = function(v) return "(" .. v.x .. ", " .. v.y .. ")" end
local sum = setmetatable({ x = 1, y = 2 }, Vector) + setmetatable({ x = 10, y = 20 }, Vector)
print(tostring(sum), sum == setmetatable({ x = 11, y = 22 }, Vector))

local function counter()
    local count = 0
    return function() count = count + 1 return count end
end
local one, other = counter(), counter()
print(one(), one(), other(), select("#", table.unpack({ 1, nil, 3 }, 1, 3)))

-- The collector: weak tables lose what nothing else holds.
local weak = setmetatable({}, { __mode = "v" })
weak[1], weak[2] = {}, words
collectgarbage()
print(weak[1] == nil, weak[2] == words)
for i = 1, 200000 do local _ = { i, tostring(i) } end
print(collectgarbage("count") < 16 * 1024)

-- Programs.
local function fibonacci(n) return n < 2 and n or fibonacci(n - 1) + fibonacci(n - 2) end
print(fibonacci(24))

local function sieve(limit)
    local composite, count = {}, 0
    for i = 2, limit do
        if not composite[i] then
            count = count + 1
            for j = i * i, limit, i do composite[j] = true end
        end
    end
    return count
end
print(sieve(200000))

local function queens(n)
    local solutions, columns, up, down = 0, {}, {}, {}
    local function place(row)
        if row > n then solutions = solutions + 1 return end
        for column = 1, n do
            if not (columns[column] or up[row + column] or down[row - column + n]) then
                columns[column], up[row + column], down[row - column + n] = true, true, true
                place(row + 1)
                columns[column], up[row + column], down[row - column + n] = nil, nil, nil
            end
        end
    end
    place(1)
    return solutions
end
print(queens(7))

for y = -1.2, 1.2, 0.2 do
    local line = {}
    for x = -2, 0.6, 0.05 do
        local re, im, steps = 0, 0, 0
        while re * re + im * im <= 4 and steps < 40 do
            re, im, steps = re * re - im * im + x, 2 * re * im + y, steps + 1
        end
        line[#line + 1] = steps == 40 and "#" or steps > 6 and "+" or "."
    end
    print(table.concat(line))
end

-- Files in the granted directory.
local file = assert(io.open("/notes.txt", "w"))
for i = 1, 3 do file:write("line ", i, "\n") end
file:close()
for line in io.lines("/notes.txt") do io.write("[", line, "]") end
print()
file = assert(io.open("/notes.txt", "r+"))
file:seek("set", 5)
file:write("X")
file:seek("set", 0)
print(file:read("l"), file:read("n"), file:seek("end"))
file:close()
print(os.rename("/notes.txt", "/renamed.txt"), io.open("/notes.txt"))
print(os.remove("/renamed.txt"), io.open("/../outside.txt") == nil)
print(os.time({ year = 2020, month = 1, day = 1, hour = 12 }), os.getenv("GRANTED"), os.getenv("HOME"))

-- Errors that are caught, through frames of Lua and of C; and coroutines, which end by them.
local function fail(depth) if depth == 0 then error({ code = 7 }) end return 1 + fail(depth - 1) end
local caught, value = pcall(fail, 100)
print(caught, type(value) == "table" and value.code)
print(pcall(string.rep), select(2, pcall(error, "plain", 0)))
print(xpcall(function() return nil + 1 end, function(message) return (message:gsub("^.-:%d+: ", "")) end))
print(pcall(table.sort, { 3, 1, 2 }, function() error("in a comparison", 0) end))
local caught_often = 0
for i = 1, 20000 do if not pcall(error, i) then caught_often = caught_often + 1 end end
print(caught_often)
local generator = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i * i) end error("at its end", 0) end)
print(generator(), generator(), generator(), pcall(generator))
print(select(2, pcall(function() local function endless() return 1 + endless() end return endless() end)):match("stack overflow"))
local closed = {}
do
    local ok = pcall(function()
        local resource <close> = setmetatable({}, { __close = function(_, message) closed[#closed + 1] = message end })
        error("while open", 0)
    end)
    print(ok, closed[1])
end
