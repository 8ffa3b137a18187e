-- Remove an update's text and its salts from every entry of its story's log, from the feed and from
-- the drafts. What an entry is bound to stays, so that the chain still holds.
-- A stream's entries cannot be changed, and what is deleted from one stays in its memory and in
-- dumps of it: both streams are written anew under the same ids and put in the old ones' places.
-- KEYS  1 log  2 feed  3 log anew  4 feed anew  5 drafts  6 due
-- ARGV  1 slug  2 update  3 cursor of the change that tells readers: it alone keeps its words
-- Answers the cursors of the entries that lost theirs.
local erased = {}

local function named(fields)
  local found = {}
  for at = 1, #fields, 2 do found[fields[at]] = fields[at + 1] end
  return found
end

local function of_update(body)
  -- Most bodies do not speak of it: they need not be read.
  if not body or not string.find(body, ARGV[2], 1, true) then return nil end
  local entry = cjson.decode(body)
  return entry.update and entry.update.id == ARGV[2] and entry or nil
end

local function tombstone(id, raw)
  local fields = named(raw)
  local entry = id ~= ARGV[3] and of_update(fields.b)
  if not entry then return raw end
  erased[#erased + 1] = id
  local bare = {'b', string.format(
    '{"kind":"%s","at":"%s","update":{"id":"%s","revision":%d,"published":"%s","status":"retracted"}}',
    entry.kind, entry.at, entry.update.id, entry.update.revision, entry.update.published)}
  if fields.commitment then
    bare[3], bare[4] = 'commitment', fields.commitment
  end
  return bare
end

-- Tails that have not read these yet find the gap and read the log instead.
local function fed(id, raw)
  local fields = named(raw)
  if fields.s == ARGV[1] and fields.c ~= ARGV[3] and of_update(fields.b) then return nil end
  return raw
end

local function write_anew(from, to, each)
  redis.call('DEL', to)
  if redis.call('EXISTS', from) == 0 then return end
  local last = named(redis.call('XINFO', 'STREAM', from))['last-generated-id']
  local written = false
  for _, entry in ipairs(redis.call('XRANGE', from, '-', '+')) do
    local fields = each(entry[1], entry[2])
    if fields then
      redis.call('XADD', to, entry[1], unpack(fields))
      written = true
    end
  end
  if not written then return redis.call('DEL', from) end
  -- Ids are never given twice, even if the newest entry is among those that went.
  redis.call('XSETID', to, last)
  redis.call('RENAME', to, from)
end

write_anew(KEYS[1], KEYS[3], tombstone)
write_anew(KEYS[2], KEYS[4], fed)
redis.call('HDEL', KEYS[5], ARGV[2])
redis.call('ZREM', KEYS[6], ARGV[1] .. ' ' .. ARGV[2])
return erased
