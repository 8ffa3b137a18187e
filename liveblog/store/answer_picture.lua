-- What became of a picture, for all who wait, and that its worker is done. All keys share one hash
-- tag.
-- KEYS  1 the stream of pictures that wait  2 that it is asked for  3 its answer, a list of one
-- ARGV  1 group  2 the entry  3 the answer  4 seconds that it stays
redis.call('DEL', KEYS[2], KEYS[3])
redis.call('RPUSH', KEYS[3], ARGV[3])
redis.call('EXPIRE', KEYS[3], ARGV[4])
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
redis.call('XDEL', KEYS[1], ARGV[2])
return 1
