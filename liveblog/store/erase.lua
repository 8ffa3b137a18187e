-- Remove an update's text from every entry of its story's log and of the feed.
-- A stream's entries cannot be changed, so the log is written anew under the same ids and put in
-- the old one's place; the tombstones keep kind, times and revisions.
-- KEYS  1 log  2 feed  3 a key to write the log anew
-- ARGV  1 slug  2 update
local erased = 0
local function tombstone(body)
  local entry = cjson.decode(body)
  local update = entry.update
  if not update or update.id ~= ARGV[2] then return body end
  if update.status == 'retracted' then return body end
  erased = erased + 1
  return string.format(
    '{"kind":"%s","at":"%s","update":{"id":"%s","revision":%d,"published":"%s","status":"retracted"}}',
    entry.kind, entry.at, update.id, update.revision, update.published)
end

redis.call('DEL', KEYS[3])
for _, entry in ipairs(redis.call('XRANGE', KEYS[1], '-', '+')) do
  redis.call('XADD', KEYS[3], entry[1], 'b', tombstone(entry[2][2]))
end
if erased > 0 then redis.call('RENAME', KEYS[3], KEYS[1]) else redis.call('DEL', KEYS[3]) end

-- Tails that have not read these yet find the gap and read the log again.
for _, entry in ipairs(redis.call('XRANGE', KEYS[2], '-', '+')) do
  local slug, body
  for at = 1, #entry[2], 2 do
    if entry[2][at] == 's' then slug = entry[2][at + 1] end
    if entry[2][at] == 'b' then body = entry[2][at + 1] end
  end
  if slug == ARGV[1] and body and tombstone(body) ~= body then
    redis.call('XDEL', KEYS[2], entry[1])
  end
end
return erased
