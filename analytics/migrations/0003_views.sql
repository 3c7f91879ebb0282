-- From bucket to microseconds and to quantiles, as contract/histogram.ts does it. Functions are global to a server.
CREATE FUNCTION IF NOT EXISTS obs_bucket_us AS (k) -> 2 * pow(1.0202, k) / (1 + 1.0202);

CREATE FUNCTION IF NOT EXISTS obs_quantile_us AS (h, p) ->
    if(empty(mapKeys(h)), NULL,
       obs_bucket_us(mapKeys(h)[arrayFirstIndex(c -> c >= p * arraySum(mapValues(h)), arrayCumSum(mapValues(h)))]));

-- What analysts type.
CREATE VIEW IF NOT EXISTS obs.latency_1m AS
SELECT t, graph, operation, deploy_id, sum(o.n) AS requests, sum(o.errors) AS errs, sumMap(o.hist) AS h,
       obs_quantile_us(h, 0.5) AS p50_us, obs_quantile_us(h, 0.95) AS p95_us, obs_quantile_us(h, 0.99) AS p99_us
FROM obs.ops_1m AS o
GROUP BY t, graph, operation, deploy_id;

CREATE VIEW IF NOT EXISTS obs.fetch_latency_1m AS
SELECT t, graph, subgraph, sum(f.n) AS requests, sum(f.errors) AS errs, sumMap(f.hist) AS h,
       obs_quantile_us(h, 0.5) AS p50_us, obs_quantile_us(h, 0.95) AS p95_us, obs_quantile_us(h, 0.99) AS p99_us
FROM obs.fetches_1m AS f
GROUP BY t, graph, subgraph;

CREATE VIEW IF NOT EXISTS obs.tier_latency_1m AS
SELECT t, graph, tier, sum(i.n) AS requests, sum(i.hits) AS hit, sum(i.misses) AS missed, sum(i.errors) AS errs,
       sumMap(i.hist) AS h,
       obs_quantile_us(h, 0.5) AS p50_us, obs_quantile_us(h, 0.95) AS p95_us, obs_quantile_us(h, 0.99) AS p99_us
FROM obs.tiers_1m AS i
GROUP BY t, graph, tier;
