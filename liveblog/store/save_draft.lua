-- Keep what is not public yet: an update's draft, or the head of a story (subject = slug).
-- KEYS  1 index  2 drafts or draft heads  3 draft heads  4 due  5 feed  6 once
-- ARGV  1 slug  2 digest ('' none)  3 seconds to remember it  4 subject  5 revision  6 body
--       7 due in milliseconds ('' none)  8 feed length  9 what to answer to a repeated request
local slug, digest, subject = ARGV[1], ARGV[2], ARGV[4]

if digest ~= '' then
  local kept = redis.call('GET', KEYS[6])
  if kept then return {kept:match('^%S+') == digest and 'again' or 'reused', kept} end
end
local published = redis.call('HEXISTS', KEYS[1], 'status') == 1
local drafted = redis.call('HEXISTS', KEYS[3], slug) == 1
local stands = redis.call('HGET', KEYS[2], subject) or '0 '
local revision = stands:match('^%d+')
if subject == slug then
  if published or (drafted and ARGV[5] == '1') then return {'exists'} end
elseif not (published or drafted) then
  return {'absent'}
end
if tonumber(revision) ~= tonumber(ARGV[5]) - 1 then return {'conflict', subject, revision, ''} end

redis.call('HSET', KEYS[2], subject, ARGV[5] .. ' ' .. ARGV[6])
if ARGV[7] ~= '' then
  redis.call('ZADD', KEYS[4], ARGV[7], slug .. ' ' .. subject)
  redis.call('XADD', KEYS[5], 'MAXLEN', '~', ARGV[8], '*', 's', slug)
else
  redis.call('ZREM', KEYS[4], slug .. ' ' .. subject)
end
if digest ~= '' then redis.call('SET', KEYS[6], digest .. ' ' .. ARGV[9], 'EX', ARGV[3]) end
return {'ok', ''}
