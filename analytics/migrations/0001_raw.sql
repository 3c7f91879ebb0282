-- Raw rows, as recorders send them: contract/operation-row.ts, plus columns with defaults.
CREATE TABLE IF NOT EXISTS obs.operations
(
    ts             DateTime64(3, 'UTC')   CODEC(DoubleDelta, ZSTD(1)),
    graph          LowCardinality(String),
    operation      LowCardinality(String),
    operation_hash String                 CODEC(ZSTD(1)),
    type           Enum8('query' = 1, 'mutation' = 2, 'subscription' = 3),
    client         LowCardinality(String),
    client_version LowCardinality(String),
    agent_id       String                 CODEC(ZSTD(1)),
    agent_role     LowCardinality(String),
    gateway_id     LowCardinality(String),
    duration_us    UInt32                 CODEC(T64, ZSTD(1)),
    plan_us        UInt32                 CODEC(T64, ZSTD(1)),
    execute_us     UInt32                 CODEC(T64, ZSTD(1)),
    status         Enum8('ok' = 0, 'graphql_error' = 1, 'timeout' = 2, 'denied' = 3, 'cancelled' = 4, 'internal' = 5),
    http_status    UInt16                 CODEC(T64, ZSTD(1)),
    error_code     LowCardinality(String) DEFAULT '',
    fetches        UInt16                 CODEC(T64, ZSTD(1)),
    bytes_out      UInt32                 CODEC(T64, ZSTD(1)),
    trace_id       FixedString(32)        CODEC(ZSTD(1)),
    deploy_id      LowCardinality(String) DEFAULT '',
    flags          Array(LowCardinality(String)) DEFAULT [],
    cache_tier     LowCardinality(String) DEFAULT 'none',
    decision       LowCardinality(String) DEFAULT '',
    weight         Float32                DEFAULT 1 CODEC(ZSTD(1)),
    INDEX ix_trace trace_id    TYPE bloom_filter(0.01) GRANULARITY 4,
    INDEX ix_agent agent_id    TYPE bloom_filter(0.01) GRANULARITY 4,
    INDEX ix_slow  duration_us TYPE minmax             GRANULARITY 4
)
ENGINE = MergeTree
PARTITION BY toDate(ts)
ORDER BY (graph, toStartOfHour(ts), operation, ts)
TTL toDateTime(ts) + INTERVAL 7 DAY DELETE
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS obs.fetches
(
    ts          DateTime64(3, 'UTC')   CODEC(DoubleDelta, ZSTD(1)),
    graph       LowCardinality(String),
    subgraph    LowCardinality(String),
    operation   LowCardinality(String),
    fetch_kind  Enum8('root' = 1, 'entity' = 2, 'batch_entity' = 3, 'subscription' = 4),
    duration_us UInt32                 CODEC(T64, ZSTD(1)),
    entities    UInt16                 CODEC(T64, ZSTD(1)),
    status      Enum8('ok' = 0, 'graphql_error' = 1, 'timeout' = 2, 'denied' = 3, 'cancelled' = 4, 'internal' = 5),
    http_status UInt16                 CODEC(T64, ZSTD(1)),
    bytes_in    UInt32                 CODEC(T64, ZSTD(1)),
    trace_id    FixedString(32)        CODEC(ZSTD(1)),
    retries     UInt8                  DEFAULT 0 CODEC(T64, ZSTD(1)),
    dedup       UInt8                  DEFAULT 0 CODEC(T64, ZSTD(1)),
    cache_tier  LowCardinality(String) DEFAULT 'none',
    queue_us    UInt32                 DEFAULT 0 CODEC(T64, ZSTD(1)),
    deploy_id   LowCardinality(String) DEFAULT '',
    INDEX ix_trace trace_id TYPE bloom_filter(0.01) GRANULARITY 4
)
ENGINE = MergeTree
PARTITION BY toDate(ts)
ORDER BY (graph, toStartOfHour(ts), subgraph, operation, ts)
TTL toDateTime(ts) + INTERVAL 3 DAY DELETE
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS obs.tiers
(
    ts          DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    graph       LowCardinality(String),
    tier        Enum8('MEMORY' = 1, 'POLICY' = 2, 'PATTERN' = 3, 'REDIS' = 4, 'EXPERT' = 5, 'LLM' = 6, 'SAFE_DEFAULT' = 7, 'RATE_LIMIT' = 8),
    outcome     Enum8('HIT' = 1, 'PASS' = 2, 'ERROR' = 3, 'TIMEOUT' = 4, 'SKIPPED' = 5),
    decision    LowCardinality(String),
    duration_us UInt32               CODEC(T64, ZSTD(1)),
    agent_id    String               CODEC(ZSTD(1)),
    trace_id    FixedString(32)      CODEC(ZSTD(1)),
    INDEX ix_trace trace_id TYPE bloom_filter(0.01) GRANULARITY 4
)
ENGINE = MergeTree
PARTITION BY toDate(ts)
ORDER BY (graph, toStartOfHour(ts), tier, ts)
TTL toDateTime(ts) + INTERVAL 3 DAY DELETE
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000;

-- Numbered in the order of contract/stops.ts, so that ORDER BY stop is the order of the walk.
CREATE TABLE IF NOT EXISTS obs.stops
(
    ts          DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    trace_id    FixedString(32)      CODEC(ZSTD(1)),
    stop        Enum8('submit' = 1, 'receive' = 2, 'admit' = 3, 'plan' = 4, 'fetch' = 5, 'load' = 6, 'fingerprint' = 7,
                      'memory' = 8, 'policy' = 9, 'pattern' = 10, 'redis' = 11, 'expert' = 12, 'remember' = 13,
                      'append' = 14, 'shape' = 15, 'record' = 16, 'store' = 17, 'tap' = 18, 'relay' = 19, 'show' = 20),
    process     LowCardinality(String),
    start_us    UInt64               CODEC(DoubleDelta, ZSTD(1)),
    duration_us UInt32               CODEC(T64, ZSTD(1)),
    INDEX ix_trace trace_id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(ts)
ORDER BY (toStartOfMinute(ts), trace_id, start_us)
TTL toDateTime(ts) + INTERVAL 3 DAY DELETE
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000;

-- What may explain a change: deploys, flags, configuration, supergraphs, chaos, roll-backs.
CREATE TABLE IF NOT EXISTS obs.marks
(
    ts       DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    graph    LowCardinality(String),
    kind     Enum8('deploy' = 1, 'flag' = 2, 'config' = 3, 'supergraph' = 4, 'rollback' = 5, 'chaos' = 6, 'note' = 7),
    subject  LowCardinality(String),
    before   String CODEC(ZSTD(1)),
    after    String CODEC(ZSTD(1)),
    actor    LowCardinality(String),
    mark_id  UUID DEFAULT generateUUIDv7(),
    attrs    Map(LowCardinality(String), String) CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(ts)
ORDER BY (graph, kind, ts)
TTL toDateTime(ts) + INTERVAL 400 DAY DELETE
SETTINGS non_replicated_deduplication_window = 10000;
