/** `npm start [-- flags of lighthouse up]`: installs what is missing, builds what is stale, starts everything. */
import { lighthouse } from './foreground.mjs'

lighthouse(['up', ...process.argv.slice(2)])
