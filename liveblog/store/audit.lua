-- Add a line to the audit log.
-- KEYS  1 audit
-- ARGV  1 body  2 its salt  3 its commitment
return redis.call('XADD', KEYS[1], '*', 'b', ARGV[1], 'salt', ARGV[2], 'commitment', ARGV[3])
