/**
 * The house rules that no general linter knows, as an oxlint plugin. One rule a file in scripts/rules; docs/reference is
 * CONTRIBUTING.md. A file that must break one says so in .oxlintrc.json, with the reason.
 */
import { direction } from './rules/direction.mjs'
import { fileName } from './rules/file-name.mjs'
import { functionLength } from './rules/function-length.mjs'
import { importFile } from './rules/import-file.mjs'
import { redisKeys, sqlInQueries } from './rules/one-spelling.mjs'
import { parameters } from './rules/parameters.mjs'
import { envInConfig, exitInMain } from './rules/process.mjs'
import { stepOrder } from './rules/step-order.mjs'
import { testHonest, testTitle } from './rules/tests.mjs'

export default {
  meta: { name: 'house' },
  rules: {
    'file-name': fileName,
    'import-file': importFile,
    direction,
    'function-length': functionLength,
    parameters,
    'env-in-config': envInConfig,
    'exit-in-main': exitInMain,
    'redis-keys': redisKeys,
    'sql-in-queries': sqlInQueries,
    'step-order': stepOrder,
    'test-title': testTitle,
    'test-honest': testHonest,
  },
}
