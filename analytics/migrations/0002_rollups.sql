-- Roll-ups. hist counts durations by contract/histogram.ts's buckets: bucket k holds (1.0202^(k-1), 1.0202^k] µs.
-- Each is filled inside the insert of the raw rows; its own deduplication window makes a replayed batch count once.

CREATE TABLE IF NOT EXISTS obs.ops_1s
(
    t           DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),
    graph       LowCardinality(String),
    operation   LowCardinality(String),
    type        Enum8('query' = 1, 'mutation' = 2, 'subscription' = 3),
    n           SimpleAggregateFunction(sum, UInt64),
    errors      SimpleAggregateFunction(sum, UInt64),
    sum_us      SimpleAggregateFunction(sum, UInt64),
    max_us      SimpleAggregateFunction(max, UInt32),
    hist        SimpleAggregateFunction(sumMap, Map(UInt16, UInt64))
)
ENGINE = AggregatingMergeTree
PARTITION BY toStartOfHour(t)
ORDER BY (graph, t, operation, type)
TTL t + INTERVAL 6 HOUR DELETE
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000;

CREATE MATERIALIZED VIEW IF NOT EXISTS obs.ops_1s_mv TO obs.ops_1s AS
SELECT toStartOfSecond(ts)::DateTime('UTC') AS t, graph, operation, type,
       count() AS n, countIf(status NOT IN ('ok', 'cancelled')) AS errors,
       sum(duration_us)::UInt64 AS sum_us, max(duration_us) AS max_us,
       sumMap(map(toUInt16(least(1000, ceil(log(greatest(duration_us, 1)) / log(1.0202)))), toUInt64(1))) AS hist
FROM obs.operations
GROUP BY t, graph, operation, type;

CREATE TABLE IF NOT EXISTS obs.ops_1m
(
    t           DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),
    graph       LowCardinality(String),
    operation   LowCardinality(String),
    type        Enum8('query' = 1, 'mutation' = 2, 'subscription' = 3),
    client      LowCardinality(String),
    cache_tier  LowCardinality(String),
    deploy_id   LowCardinality(String),
    n           SimpleAggregateFunction(sum, UInt64),
    errors      SimpleAggregateFunction(sum, UInt64),
    timeouts    SimpleAggregateFunction(sum, UInt64),
    slow        SimpleAggregateFunction(sum, UInt64),
    sum_us      SimpleAggregateFunction(sum, UInt64),
    max_us      SimpleAggregateFunction(max, UInt32),
    hist        SimpleAggregateFunction(sumMap, Map(UInt16, UInt64))
)
ENGINE = AggregatingMergeTree
PARTITION BY toDate(t)
ORDER BY (graph, toStartOfHour(t), operation, type, client, cache_tier, deploy_id, t)
TTL t + INTERVAL 30 DAY DELETE
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000;

CREATE MATERIALIZED VIEW IF NOT EXISTS obs.ops_1m_mv TO obs.ops_1m AS
SELECT toStartOfMinute(ts)::DateTime('UTC') AS t, graph, operation, type, client, cache_tier, deploy_id,
       count() AS n, countIf(status NOT IN ('ok', 'cancelled')) AS errors, countIf(status = 'timeout') AS timeouts,
       countIf(duration_us > 100000) AS slow,
       sum(duration_us)::UInt64 AS sum_us, max(duration_us) AS max_us,
       sumMap(map(toUInt16(least(1000, ceil(log(greatest(duration_us, 1)) / log(1.0202)))), toUInt64(1))) AS hist
FROM obs.operations
GROUP BY t, graph, operation, type, client, cache_tier, deploy_id;

-- Cascaded from the minutes: raw rows are never read again.
CREATE TABLE IF NOT EXISTS obs.ops_1h
(
    t           DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),
    graph       LowCardinality(String),
    operation   LowCardinality(String),
    type        Enum8('query' = 1, 'mutation' = 2, 'subscription' = 3),
    client      LowCardinality(String),
    cache_tier  LowCardinality(String),
    deploy_id   LowCardinality(String),
    n           SimpleAggregateFunction(sum, UInt64),
    errors      SimpleAggregateFunction(sum, UInt64),
    timeouts    SimpleAggregateFunction(sum, UInt64),
    slow        SimpleAggregateFunction(sum, UInt64),
    sum_us      SimpleAggregateFunction(sum, UInt64),
    max_us      SimpleAggregateFunction(max, UInt32),
    hist        SimpleAggregateFunction(sumMap, Map(UInt16, UInt64))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(t)
ORDER BY (graph, operation, type, client, cache_tier, deploy_id, t)
TTL t + INTERVAL 400 DAY DELETE
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000;

CREATE MATERIALIZED VIEW IF NOT EXISTS obs.ops_1h_mv TO obs.ops_1h AS
SELECT toStartOfHour(t) AS t, graph, operation, type, client, cache_tier, deploy_id,
       sum(n) AS n, sum(errors) AS errors, sum(timeouts) AS timeouts, sum(slow) AS slow,
       sum(sum_us) AS sum_us, max(max_us) AS max_us, sumMap(hist) AS hist
FROM obs.ops_1m
GROUP BY t, graph, operation, type, client, cache_tier, deploy_id;

CREATE TABLE IF NOT EXISTS obs.fetches_1m
(
    t           DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),
    graph       LowCardinality(String),
    subgraph    LowCardinality(String),
    operation   LowCardinality(String),
    deploy_id   LowCardinality(String),
    n           SimpleAggregateFunction(sum, UInt64),
    errors      SimpleAggregateFunction(sum, UInt64),
    deduped     SimpleAggregateFunction(sum, UInt64),
    entities    SimpleAggregateFunction(sum, UInt64),
    sum_us      SimpleAggregateFunction(sum, UInt64),
    max_us      SimpleAggregateFunction(max, UInt32),
    hist        SimpleAggregateFunction(sumMap, Map(UInt16, UInt64))
)
ENGINE = AggregatingMergeTree
PARTITION BY toDate(t)
ORDER BY (graph, toStartOfHour(t), subgraph, operation, deploy_id, t)
TTL t + INTERVAL 30 DAY DELETE
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000;

CREATE MATERIALIZED VIEW IF NOT EXISTS obs.fetches_1m_mv TO obs.fetches_1m AS
SELECT toStartOfMinute(ts)::DateTime('UTC') AS t, graph, subgraph, operation, deploy_id,
       count() AS n, countIf(status NOT IN ('ok', 'cancelled')) AS errors, sum(dedup)::UInt64 AS deduped, sum(entities)::UInt64 AS entities,
       sum(duration_us)::UInt64 AS sum_us, max(duration_us) AS max_us,
       sumMap(map(toUInt16(least(1000, ceil(log(greatest(duration_us, 1)) / log(1.0202)))), toUInt64(1))) AS hist
FROM obs.fetches
GROUP BY t, graph, subgraph, operation, deploy_id;

CREATE TABLE IF NOT EXISTS obs.tiers_1m
(
    t           DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),
    graph       LowCardinality(String),
    tier        Enum8('MEMORY' = 1, 'POLICY' = 2, 'PATTERN' = 3, 'REDIS' = 4, 'EXPERT' = 5, 'LLM' = 6, 'SAFE_DEFAULT' = 7, 'RATE_LIMIT' = 8),
    n           SimpleAggregateFunction(sum, UInt64),
    errors      SimpleAggregateFunction(sum, UInt64),
    hits        SimpleAggregateFunction(sum, UInt64),
    misses      SimpleAggregateFunction(sum, UInt64),
    sum_us      SimpleAggregateFunction(sum, UInt64),
    max_us      SimpleAggregateFunction(max, UInt32),
    hist        SimpleAggregateFunction(sumMap, Map(UInt16, UInt64))
)
ENGINE = AggregatingMergeTree
PARTITION BY toDate(t)
ORDER BY (graph, toStartOfHour(t), tier, t)
TTL t + INTERVAL 30 DAY DELETE
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000;

-- SKIPPED rows are not counted: the tier was not asked.
CREATE MATERIALIZED VIEW IF NOT EXISTS obs.tiers_1m_mv TO obs.tiers_1m AS
SELECT toStartOfMinute(ts)::DateTime('UTC') AS t, graph, tier,
       count() AS n, countIf(outcome IN ('ERROR', 'TIMEOUT')) AS errors,
       countIf(outcome = 'HIT') AS hits, countIf(outcome = 'PASS') AS misses,
       sum(duration_us)::UInt64 AS sum_us, max(duration_us) AS max_us,
       sumMap(map(toUInt16(least(1000, ceil(log(greatest(duration_us, 1)) / log(1.0202)))), toUInt64(1))) AS hist
FROM obs.tiers
WHERE outcome != 'SKIPPED'
GROUP BY t, graph, tier;
