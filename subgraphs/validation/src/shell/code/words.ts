import type { Language } from './tokens.js'

/** What code in a language may be made of to count as plain: it computes and prints, reads and writes named files. */
export interface Vocabulary {
  /** Keywords and functions. */
  readonly names: ReadonlySet<string>
  /** Methods and fields: what may stand after a dot. */
  readonly members: ReadonlySet<string>
  /** Words that no plain code has, in any place: they run, load, delete or reach what they are told. */
  readonly forbidden: ReadonlySet<string>
  /** Modules that reach further than these words say. */
  readonly reaching: ReadonlySet<string>
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter((word) => word !== ''))

/** Methods of strings, lists, tables, dates and parsers that go by these names in every language here. */
const COMMON_MEMBERS = `append extend insert pop items keys values get setdefault update copy sort sorted reverse index count
join split rsplit splitlines strip lstrip rstrip trim trimStart trimEnd replace replaceAll startswith endswith startsWith
endsWith lower upper title capitalize toLowerCase toUpperCase format encode decode isdigit isalpha find rfind zfill center
map filter reduce forEach flatMap flat some every includes indexOf lastIndexOf slice splice push shift unshift concat
length size entries fromEntries assign has set add delete test match matchAll search fullmatch findall finditer sub group
groups load loads dumps dump stringify parse version version_info platform path argv stdin stdout stderr read readline
readlines write flush exit log error warn info table dir name stem suffix exists is_file is_dir isfile isdir
basename dirname splitext relpath abspath realpath normpath getcwd cwd listdir getsize stat st_size mtime now today utcnow
isoformat strftime strptime toISOString getTime date year month day hour minute second timestamp days seconds total_seconds
floor ceil round sqrt pow max min abs log2 log10 pi random randint choice shuffle sample mean median stdev sha256 sha1 md5
hexdigest digest createHash randomUUID uuid4 b64encode b64decode toString toFixed toJSON padStart padEnd repeat charAt
charCodeAt codePointAt fromCharCode fromCodePoint from of isArray isInteger isFinite isNaN then catch finally all resolve
Counter most_common defaultdict OrderedDict namedtuple deque chain product permutations combinations groupby islice lru_cache
partial wraps itemgetter DictReader reader writer writerow DictWriter StringIO BytesIO maxsize executable
memoryUsage uptime hrtime versions arch scripts dependencies devDependencies main exports type license engines workspaces
__version__ __name__ __file__ __doc__ VERSION first last each each_with_index select reject inject sum to_s to_i to_f to_a to_h
chomp chars lines bytes empty? nil? include? start_with? end_with? gsub sub upcase downcase succ times upto step zip uniq
compact flatten group_by sort_by min_by max_by each_slice each_cons tally pretty_generate generate new puts inspect freeze
read_text write_text read_bytes write_bytes readFileSync existsSync readdirSync statSync writeFileSync appendFileSync
extname dirname cpus totalmem freemem hostname EOL argmax argmin shape dtype head tail describe columns iloc loc astype
fetchall fetchone fetchmany cursor href host hostname port pathname searchParams protocol heapUsed rss env cwd safe_load safe_load_all safe_dump YAMLError glob iglob rglob to_string to_dict value_counts nunique isnull isna dropna groupby agg sort_values
walk scandir sep linesep cpu_count getpid on once setEncoding reset_index sample memory_usage dtypes read_csv read_json read_parquet read_excel read_table DataFrame`

/** One list for every language: a word that is dangerous in one is not needed in another. */
const FORBIDDEN =
  words(`eval exec compile __import__ __builtins__ __class__ __globals__ __subclasses__ __dict__ getattr setattr
delattr globals locals vars breakpoint input memoryview help Function globalThis global window module fetch WebSocket
XMLHttpRequest EventSource system popen Popen spawn spawnSync fork forkpty syscall execSync execFile execFileSync execv execve
execl execvp kill killpg binding dlopen mainModule constructor __proto__ prototype promises rm rmSync rmdir rmdirSync unlink
unlinkSync remove removedirs rename renameSync renames copyFile copyFileSync cp cpSync symlink symlinkSync link linkSync chmod
chown lchown truncate ftruncate createWriteStream createReadStream writeFile appendFile readFile openSync rmtree move
copytree copyfile mkfifo mknod putenv setuid setgid dup2 qx require_once include include_once require_relative instance_eval
class_eval module_eval instance_exec define_method send public_send __send__ method Kernel Process IO Dir ObjectSpace binding
shell_exec passthru proc_open pcntl_exec assert create_function call_user_func call_user_func_array file_get_contents
file_put_contents fopen readfile popen socket connect createConnection createServer listen urlopen allow_pickle attrgetter
methodcaller Reflect Proxy WebAssembly Bun Deno with_open do`)

const PYTHON: Vocabulary = {
  names:
    words(`False None True and as assert async await break class continue def del elif else except finally for from global
if import in is lambda nonlocal not or pass raise return try while with yield match case _ print len sum min max range
enumerate zip map filter sorted reversed list dict set tuple frozenset str int float bool complex bytes bytearray repr ascii
chr ord hex oct bin abs round divmod pow any all isinstance issubclass type id hash iter next slice format callable hasattr
object property staticmethod classmethod super exit quit open Path Exception ValueError KeyError TypeError IndexError
StopIteration RuntimeError AttributeError ImportError FileNotFoundError OSError ZeroDivisionError AssertionError __name__
NotImplementedError ModuleNotFoundError self cls datetime timedelta timezone`),
  members: words(COMMON_MEMBERS),
  forbidden: FORBIDDEN,
  reaching:
    words(`subprocess shutil socket ctypes cffi pty tty importlib builtins code codeop runpy pickle marshal shelve
multiprocessing asyncio http urllib requests httpx aiohttp ftplib smtplib imaplib poplib telnetlib webbrowser signal resource
mmap tarfile zipfile sqlite3 ssl imp pkgutil site pdb posix nt fcntl select selectors commands sh plumbum fabric paramiko
invoke pexpect sys_exec distutils ensurepip pip venv zipimport zipapp gc inspect dis symtable atexit faulthandler
concurrent socketserver xmlrpc wsgiref dill cloudpickle joblib boto3 google azure kubernetes docker psycopg2 pymysql
redis pymongo sqlalchemy django_extensions winreg msvcrt _winapi _posixsubprocess antigravity`),
}

const JAVASCRIPT: Vocabulary = {
  names:
    words(`async await break case catch class const continue default delete else extends finally for function if in
instanceof let new of return static super switch throw try typeof var void while yield null true false undefined NaN Infinity
import from as export console JSON Math Object Array String Number Boolean Date Map Set WeakMap Promise RegExp Error TypeError
BigInt Intl Buffer URL URLSearchParams parseInt parseFloat isNaN isFinite encodeURIComponent decodeURIComponent structuredClone
setTimeout require process performance`),
  members: words(COMMON_MEMBERS),
  forbidden: FORBIDDEN,
  reaching:
    words(`child_process net http https http2 dgram dns cluster worker_threads vm module v8 inspector repl tls process
fs/promises shelljs execa zx axios got node-fetch undici request ssh2 puppeteer playwright wasi trace_events diagnostics_channel
cross-spawn node-pty fs-extra rimraf del dotenv`),
}

const RUBY: Vocabulary = {
  names:
    words(`BEGIN END alias and begin break case class def else elsif end ensure false for if in module next nil not or
redo rescue retry return self super then true undef unless until when while yield puts print p pp printf require format
sprintf loop raise rand Integer Float String Array Hash Math Time Date DateTime JSON Set Struct Comparable Enumerable
RUBY_VERSION RUBY_PLATFORM ARGV lambda proc gsub gsub! sub sub! chomp STDIN ARGF`),
  members: words(`${COMMON_MEMBERS.replace(/\b(write|exec|load)\b/g, '')} grep grep_v`),
  forbidden: FORBIDDEN,
  reaching: words(
    'open3 socket net/http open-uri pty fileutils shellwords etc fiddle drb webrick net/ssh mkmf',
  ),
}

const PHP: Vocabulary = {
  names:
    words(`echo print printf sprintf var_dump var_export print_r json_encode json_decode phpversion PHP_VERSION PHP_EOL
PHP_OS PHP_OS_FAMILY PHP_INT_MAX count strlen str_repeat strtoupper strtolower ucfirst trim explode implode array array_keys
array_values array_sum array_merge array_unique in_array sort range min max abs round floor ceil date time microtime
number_format md5 sha1 hash base64_encode urlencode htmlspecialchars if else elseif foreach for while as return function
true false null int float string bool isset empty is_array extension_loaded get_loaded_extensions ini_get
memory_get_usage exit JSON_PRETTY_PRINT array_count_values str_split str_pad strrev strpos substr str_replace ucwords
array_slice array_reverse array_flip array_combine array_fill array_search array_column array_diff array_intersect ksort asort
arsort krsort rsort mb_strlen mb_substr intdiv fmod random_int mt_rand php_sapi_name`),
  members: words(''),
  forbidden: FORBIDDEN,
  reaching: words(''),
}

const PERL: Vocabulary = {
  names:
    words(`print printf say if unless else elsif and or not my our local for foreach while until next last redo return
split join length uc lc ucfirst lcfirst sprintf sort keys values push pop shift unshift splice reverse map grep substr index
rindex defined exists delete int abs sqrt hex oct ord chr chomp chop scalar wantarray eof BEGIN END sum x eq ne lt gt le ge
cmp tr y undef strftime mktime gmtime floor ceil fmod pow round first max min sum0 decode_json encode_json to_json from_json uniq shuffle any all none reduce Dumper STDIN STDOUT STDERR ARGV time localtime strict warnings use sub qw`),
  members: words(''),
  forbidden: FORBIDDEN,
  reaching: words(''),
}

/** What it asks of its own modules is read by lua.ts. */
const LUA: Vocabulary = {
  names:
    words(`and break do else elseif end false for function if in local nil not or repeat return then true until while print
ipairs pairs tostring tonumber type select unpack next assert error string table math utf8 arg _VERSION`),
  members: words(''),
  forbidden:
    words(`load loadstring loadfile loadlib dofile require _G _ENV debug package coroutine setfenv getfenv rawget rawset
setmetatable getmetatable ffi jit pcall xpcall collectgarbage module newproxy dump execute popen remove rename exit tmpname
setlocale`),
  reaching: words(''),
}

/** What may be called is in r.ts: a function that is only named may be called by another. */
const R: Vocabulary = {
  names:
    words(`TRUE FALSE T F NULL NA NA_integer_ NA_real_ NA_character_ Inf NaN pi LETTERS letters month.name mtcars iris
airquality ToothGrowth women cars if else for in while repeat break next`),
  members: words(''),
  forbidden: words(''),
  reaching: words(''),
}

export const VOCABULARY: Readonly<Record<Language, Vocabulary>> = {
  python: PYTHON,
  javascript: JAVASCRIPT,
  ruby: RUBY,
  php: PHP,
  perl: PERL,
  lua: LUA,
  r: R,
}
