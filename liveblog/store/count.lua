-- How many read some stories in one process, and in all that are alive. By Redis' clock: those of
-- the web machines may differ. All keys share one hash tag.
-- KEYS  for each story a hash: process -> "READERS DUE"
-- ARGV  1 process  2 milliseconds that its counts are good for  then for each key its readers
-- A process may say less than nothing: probes that it sent are readers in another.
-- Answers the sum for each key.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local process, due = ARGV[1], now + ARGV[2]
local sums = {}
for at, key in ipairs(KEYS) do
  if ARGV[at + 2] == '0' then
    redis.call('HDEL', key, process)
  else
    redis.call('HSET', key, process, string.format('%s %.0f', ARGV[at + 2], due))
  end
  local sum, latest = 0, 0
  local kept = redis.call('HGETALL', key)
  for field = 1, #kept, 2 do
    local readers, good_until = kept[field + 1]:match('^(-?%d+) (%d+)$')
    if tonumber(good_until) <= now then
      -- Its process died, while others keep the key.
      redis.call('HDEL', key, kept[field])
    else
      sum = sum + readers
      latest = math.max(latest, good_until)
    end
  end
  if latest > 0 then redis.call('PEXPIREAT', key, string.format('%.0f', latest)) end
  sums[at] = sum
end
return sums
