-- Keep a person, if nobody changed them meanwhile and nobody else has the name.
-- KEYS  1 people  2 names  3 subjects of identity providers
-- ARGV  1 id  2 revision read  3 revision now  4 person  5 name  6 subject  7 subject before
local kept = redis.call('HGET', KEYS[1], ARGV[1])
local revision = kept and kept:match('^%d+') or '0'
if revision ~= ARGV[2] then return {'conflict', revision} end
local owner = redis.call('HGET', KEYS[2], ARGV[5])
if owner and owner ~= ARGV[1] then return {'taken'} end
if ARGV[6] ~= '' then
  local known = redis.call('HGET', KEYS[3], ARGV[6])
  if known and known ~= ARGV[1] then return {'known'} end
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3] .. ' ' .. ARGV[4])
redis.call('HSET', KEYS[2], ARGV[5], ARGV[1])
if ARGV[7] ~= '' and ARGV[7] ~= ARGV[6] then redis.call('HDEL', KEYS[3], ARGV[7]) end
if ARGV[6] ~= '' then redis.call('HSET', KEYS[3], ARGV[6], ARGV[1]) end
return {'ok'}
