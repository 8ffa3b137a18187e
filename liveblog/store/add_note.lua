-- Keep a note to colleagues, once, while there is room.
-- KEYS  1 notes  2 once
-- ARGV  1 digest ('' none)  2 seconds to remember it  3 id  4 note  5 how many there may be
if ARGV[1] ~= '' then
  local kept = redis.call('GET', KEYS[2])
  if kept then
    if kept:match('^%S+') ~= ARGV[1] then return {'reused'} end
    return {'again', kept:match('^%S+ (.*)$')}
  end
end
if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[5]) then return {'full'} end
redis.call('HSET', KEYS[1], ARGV[3], ARGV[4])
if ARGV[1] ~= '' then redis.call('SET', KEYS[2], ARGV[1] .. ' ' .. ARGV[3], 'EX', ARGV[2]) end
return {'ok'}
