-- Who is at the desk, at what, and who holds which update. By Redis' clock: those of the web
-- machines may differ.
-- KEYS  1 a hash: connection -> "DUE ENTRY", the entry in JSON
-- ARGV  1 what to do  2 milliseconds that an entry is good for  3 the channel on which changes are
--       announced  4 … what it is done with
--   keep  ENTRY …         these are there still; those that are not known (any more) are added
--   say   'take'|'' ENTRY somebody does something else now
--   leave CONNECTION …    these have left
--   look
-- Answers a word (ok, gone, held), the entry that holds the update if another does, then all
-- entries that are good.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local verb, due = ARGV[1], string.format('%.0f', now + ARGV[2])
local people, dues, changed = {}, {}, {}

local function write(entry)
  people[entry.connection] = entry
  redis.call('HSET', KEYS[1], entry.connection, dues[entry.connection] .. ' ' .. cjson.encode(entry))
  changed[entry.story] = true
end

local function forget(connection)
  local entry = people[connection]
  redis.call('HDEL', KEYS[1], connection)
  if entry then changed[entry.story] = true end
  people[connection], dues[connection] = nil, nil
end

local function holder(wanted)
  if wanted.doing ~= 'editing' then return nil end
  for connection, entry in pairs(people) do
    if connection ~= wanted.connection and entry.doing == 'editing'
        and entry.story == wanted.story and entry.update == wanted.update then
      return entry
    end
  end
end

local function lose(entry, to)
  entry.lost, entry.lost_to, entry.losses = entry.update, to, (entry.losses or 0) + 1
  entry.doing, entry.update = 'reading', nil
  write(entry)
end

local function name(entry)
  if entry.full_name and entry.full_name ~= '' then return entry.full_name end
  return entry.name
end

local kept = redis.call('HGETALL', KEYS[1])
for field = 1, #kept, 2 do
  local good_until, entry = kept[field + 1]:match('^(%d+) (.*)$')
  people[kept[field]], dues[kept[field]] = cjson.decode(entry), good_until
  -- Its process died, or cannot reach us.
  if tonumber(good_until) <= now then forget(kept[field]) end
end

local word, held = 'ok', ''
if verb == 'keep' then
  for at = 4, #ARGV do
    local entry = cjson.decode(ARGV[at])
    local known = people[entry.connection]
    dues[entry.connection] = due
    if known then
      redis.call('HSET', KEYS[1], entry.connection, due .. ' ' .. cjson.encode(known))
    else
      local other = holder(entry)
      if other then lose(entry, name(other)) else write(entry) end
    end
  end
elseif verb == 'say' then
  local entry = cjson.decode(ARGV[5])
  local known = people[entry.connection]
  local other = holder(entry)
  if not known or known.person ~= entry.person then
    word = 'gone'
  elseif other and ARGV[4] ~= 'take' and other.person ~= entry.person then
    word, held = 'held', cjson.encode(other)
  else
    -- Of one's own two windows, the one that is used holds it.
    if other then lose(other, name(entry)) end
    entry.lost, entry.lost_to, entry.losses = known.lost, known.lost_to, known.losses
    if known.doing == entry.doing and known.update == entry.update
        and known.story == entry.story then
      entry.since = known.since
    end
    changed[known.story] = true
    dues[entry.connection] = due
    write(entry)
  end
elseif verb == 'leave' then
  for at = 4, #ARGV do forget(ARGV[at]) end
end

local latest, answer = 0, {word, held}
for connection, entry in pairs(people) do
  latest = math.max(latest, dues[connection])
  answer[#answer + 1] = cjson.encode(entry)
end
if latest > 0 then redis.call('PEXPIREAT', KEYS[1], string.format('%.0f', latest)) end
for story in pairs(changed) do
  redis.call('PUBLISH', ARGV[3], 'presence ' .. story)
end
return answer
