-- One append: everything or nothing. All keys share one hash tag.
-- KEYS  1 index  2 log  3 feed  4 once  5 drafts  6 due  7 stories  8 draft heads
-- ARGV  1 slug  2 digest of the request ('' none)  3 seconds to remember it  4 feed length
--       5 pin was ('*' untouched)  6 pin now  7 draft taken ('' none)  8 its revision
--       9 status now ('' unchanged)  10 'open' | 'post' | 'amend'
--       then for each change: subject, revision, body, its salt, its commitment
-- Answers {word, …}; the words are read in redis.py.
local slug, digest, mode, takes = ARGV[1], ARGV[2], ARGV[10], ARGV[7]

if digest ~= '' then
  local kept = redis.call('GET', KEYS[4])
  if kept then
    if kept:match('^%S+') ~= digest then return {'reused'} end
    return {'again', kept:match('^%S+ (.*)$')}
  end
end

local status = redis.call('HGET', KEYS[1], 'status')
local drafted = redis.call('HEXISTS', KEYS[8], slug) == 1
if mode == 'open' then
  if status or (drafted and takes ~= slug) then return {'exists'} end
elseif not status then
  return {drafted and 'draft' or 'absent'}
elseif mode == 'post' and status == 'closed' then
  return {'closed'}
end

if takes ~= '' and takes ~= slug then
  local kept = redis.call('HGET', KEYS[5], takes)
  local revision = kept and kept:match('^%d+') or '0'
  if revision ~= ARGV[8] then return {'conflict', takes, revision, ''} end
end
if ARGV[5] ~= '*' and (redis.call('HGET', KEYS[1], 'pinned') or '') ~= ARGV[5] then
  return {'pin'}
end
for at = 11, #ARGV, 5 do
  local stands = redis.call('HGET', KEYS[1], 'at:' .. ARGV[at]) or '0 '
  local revision, cursor = stands:match('^(%d+) (.*)$')
  if tonumber(revision) ~= tonumber(ARGV[at + 1]) - 1 then
    return {'conflict', ARGV[at], revision, cursor}
  end
end

local tail = redis.call('HGET', KEYS[1], 'tail') or ''
local cursors = {}
for at = 11, #ARGV, 5 do
  local cursor = redis.call('XADD', KEYS[2], '*',
    'b', ARGV[at + 2], 'salt', ARGV[at + 3], 'commitment', ARGV[at + 4])
  redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[4], '*',
    's', slug, 'a', tail, 'c', cursor, 'b', ARGV[at + 2])
  redis.call('HSET', KEYS[1], 'at:' .. ARGV[at], ARGV[at + 1] .. ' ' .. cursor)
  tail = cursor
  cursors[#cursors + 1] = cursor
end
redis.call('HSET', KEYS[1], 'tail', tail)
if ARGV[9] ~= '' then redis.call('HSET', KEYS[1], 'status', ARGV[9]) end
if ARGV[5] ~= '*' then redis.call('HSET', KEYS[1], 'pinned', ARGV[6]) end
if mode == 'open' then redis.call('HDEL', KEYS[8], slug) end
if takes ~= '' then
  redis.call('HDEL', KEYS[5], takes)
  redis.call('ZREM', KEYS[6], slug .. ' ' .. takes)
end
redis.call('ZADD', KEYS[7], tail:match('^%d+'), slug)
local answer = table.concat(cursors, ' ')
if digest ~= '' then redis.call('SET', KEYS[4], digest .. ' ' .. answer, 'EX', ARGV[3]) end
return {'ok', answer}
