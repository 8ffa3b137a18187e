-- Ask the workers for a picture, unless somebody has. All keys share one hash tag.
-- KEYS  1 the stream of pictures that wait  2 that it is asked for  3 its answer
-- ARGV  1 id  2 seconds that the question stands  3 how many may wait
-- Answers 1, or 0 where too many wait.
if redis.call('EXISTS', KEYS[2], KEYS[3]) > 0 then return 1 end
if redis.call('XLEN', KEYS[1]) >= tonumber(ARGV[3]) then return 0 end
redis.call('SET', KEYS[2], '1', 'EX', ARGV[2])
redis.call('XADD', KEYS[1], '*', 'i', ARGV[1])
return 1
