import { load } from './main.js'

/** `lighthouse load` as its own process. */
process.exitCode = await load(
  process.argv.slice(2),
  (text) => process.stdout.write(text),
  (text) => process.stderr.write(text),
)
