-- POST /v1/landmarks for wrk (Debian's package wrk):
--   PICTURE=face.jpg wrk -t2 -c8 -d10s --timeout 60s -s scripts/load/landmarks.lua http://localhost:8080/v1/landmarks
-- Further form fields in FIELDS, as name=value pairs separated by "&" (default detector=hog); an API key in API_KEY.
-- wrk is a closed loop: each connection waits for its answer. `make bench ARGS=overload` sends at constant rates.
local boundary = "----facedeid-wrk"
local statuses = {}
local threads = {}

local function form(picture)
  local parts = {}
  for name, value in string.gmatch(os.getenv("FIELDS") or "detector=hog", "([^=&]+)=([^&]*)") do
    table.insert(parts, "--" .. boundary .. '\r\nContent-Disposition: form-data; name="' .. name .. '"\r\n\r\n' .. value .. "\r\n")
  end
  table.insert(parts, "--" .. boundary .. '\r\nContent-Disposition: form-data; name="image"; filename="picture"\r\n\r\n' .. picture .. "\r\n")
  table.insert(parts, "--" .. boundary .. "--\r\n")
  return table.concat(parts)
end

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  local path = assert(os.getenv("PICTURE"), "set PICTURE to a picture file")
  local file = assert(io.open(path, "rb"))
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "multipart/form-data; boundary=" .. boundary
  wrk.headers["X-Api-Key"] = os.getenv("API_KEY")
  wrk.body = form(file:read("*a"))
  file:close()
  counted = ""
end

function response(status)
  statuses[status] = (statuses[status] or 0) + 1
  local text = {}
  for code, count in pairs(statuses) do table.insert(text, code .. "=" .. count) end
  counted = table.concat(text, " ") -- only text crosses from a thread to done()
end

function done(summary, latency)
  local all = {}
  for _, thread in ipairs(threads) do
    for code, count in string.gmatch(thread:get("counted"), "(%d+)=(%d+)") do all[code] = (all[code] or 0) + count end
  end
  for code, count in pairs(all) do print(string.format("status %s: %d, %.1f a second", code, count, count / summary.duration * 1e6)) end
  print(string.format("latency ms: p50 %.1f, p99 %.1f, most %.1f", latency:percentile(50) / 1000, latency:percentile(99) / 1000, latency.max / 1000))
end
