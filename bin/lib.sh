# What the commands of bin/ share: find a JDK, build what is missing, start Java. Runs on bash 3.2.
root=$(CDPATH= cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export MILLRACE_HOME=${MILLRACE_HOME:-$root/.millrace}
oldest_jdk=21

fail() {
  echo "$*" >&2
  exit 1
}

# print_help ARGUMENT...: where --help is among the arguments of a script, prints its help and ends it, at once: before anything is
# looked for or built. The help of a Java program, and of each of its commands, is a file of bin/help: what the program
# itself prints, which a test compares and writes. The colon of a command is a hyphen in the name of
# its file. A script without a file is a program of its own: its opening comment is.
print_help() {
  local script=${0##*/} argument page asked=
  page=$script
  for argument in "$@"; do
    case $argument in
      -h | --help) asked=1 && break ;;
      *) [ ! -r "$root/bin/help/$page-${argument//:/-}.txt" ] || page=$page-${argument//:/-} ;;
    esac
  done
  [ -n "$asked" ] || return 0
  if [ -r "$root/bin/help/$page.txt" ]; then
    while IFS= read -r argument; do
      printf '%s\n' "$argument"
    done <"$root/bin/help/$page.txt"
  elif ! [ "${1:-}" = --of-program ]; then
    while IFS= read -r argument; do
      case $argument in
        '#!'*) ;;
        '#'*) argument=${argument#'#'} && printf '%s\n' "${argument# }" ;;
        *) break ;;
      esac
    done <"$0"
  else
    return 0
  fi
  exit 0
}

# Folders in which installers put JDKs; those that do not exist are skipped.
usual_places() {
  printf '%s\n' \
    /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /opt/jdk* /opt/java/* /opt/*/jdk* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    "${SDKMAN_DIR:-$HOME/.sdkman}"/candidates/java/* "$HOME"/.jdks/* "$HOME"/.asdf/installs/java/* \
    "$HOME"/.local/share/mise/installs/java/*
}

# The JDK that the java of the PATH belongs to, through all its links.
jdk_of_path() {
  local file link
  file=$(command -v java) || return 0
  while link=$(readlink "$file"); do
    case $link in
      /*) file=$link ;;
      *) file=$(dirname "$file")/$link ;;
    esac
  done
  dirname "$(dirname "$file")"
}

# Major version of a JDK, by its release file; 0 where it is none. A runtime without a compiler is none.
jdk_version() {
  local version=
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] &&
    version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
  echo "${version:-0}"
}

# Sets JAVA_HOME: the one that is set where it is new enough, else the newest there is.
find_jdk() {
  local newest=0 place version
  if [ "$(jdk_version "${JAVA_HOME:-}")" -lt $oldest_jdk ]; then
    while read -r place; do
      version=$(jdk_version "$place")
      if [ "$version" -gt "$newest" ]; then
        newest=$version
        JAVA_HOME=$place
      fi
    done < <(jdk_of_path; usual_places)
    [ "$newest" -ge $oldest_jdk ] ||
      fail "A JDK $oldest_jdk or newer is needed and none was found (the newest is ${newest/#0/none}): install one, or set JAVA_HOME to it."
  fi
  export JAVA_HOME PATH="$JAVA_HOME/bin:$PATH"
}

# Modules that a build has: those of the default build, then those of the Maven profile that a script has set.
modules() {
  sed -n '/<profiles>/q; s/.*<module>\(.*\)<\/module>.*/\1/p' "$root/pom.xml"
  [ -z "${profile:-}" ] || sed -n "/<id>$profile</,/<\/profile>/s/.*<module>\(.*\)<\/module>.*/\1/p" "$root/pom.xml"
}

# Whether all modules were built, and no source is newer. target/built, or target/built-PROFILE, is touched when a build begins.
is_built() {
  local module built=$root/target/built${profile:+-$profile}
  [ -e "$built" ] || return 1
  while read -r module; do
    [ ! -d "$root/$module/src/main" ] || ls "$root/$module"/target/*.jar >/dev/null 2>&1 || return 1
    [ -z "$(find "$root/$module/src" "$root/$module/pom.xml" -newer "$built" -type f 2>/dev/null | head -1)" ] || return 1
  done < <(modules)
  [ ! "$root/pom.xml" -nt "$built" ]
}

find_maven() {
  [ -n "$(type -P mvn)" ] || fail "Maven 3.8.7 or newer is needed and there is no mvn on the PATH: install it."
}

# Builds everything where something is missing or old: a line for each module, all of Maven's words in build.log. Where the
# config vars of a platform are, it has built everything.
build() {
  [ -z "${KAFKA_URL:-}" ] || return 0
  is_built && return
  find_maven
  local log=$MILLRACE_HOME/build.log line
  mkdir -p "$MILLRACE_HOME" 2>/dev/null && touch "$log" 2>/dev/null ||
    fail "No write access to $MILLRACE_HOME, where data, logs and keys are kept: set MILLRACE_HOME to a folder of your own."
  mkdir -p "$root/target" && touch "$root/target/building"
  echo "Building (all of it in $log; the first time Maven downloads what it needs)"
  (cd "$root" && mvn -B ${profile:+-P "$profile"} -DskipTests package) 2>&1 | tee "$log" | while read -r line; do
    case $line in
      "[INFO] Building "*"["*/*"]") echo "  ${line#"[INFO] Building "}" ;;
      "[ERROR]"*) echo "$line" >&2 ;;
    esac
  done
  [ "${PIPESTATUS[0]}" -eq 0 ] || fail "The build failed: see $log."
  [ -z "${profile:-}" ] || cp -p "$root/target/building" "$root/target/built-$profile"
  mv "$root/target/building" "$root/target/built"
}

# vars_of NAME: the variables that Procfile.vars gives a process or a script, a line each. A module may have a Procfile.vars of
# its own, with the line of its process. For a subshell.
vars_of() {
  local name words found= file
  local files=("$root/Procfile.vars")
  for file in "$root"/*/Procfile.vars; do
    [ ! -r "$file" ] || files+=("$file")
  done
  set -f
  while read -r name words; do
    case $name in
      every:) ;;
      "$1:") found=1 ;;
      *) continue ;;
    esac
    [ -z "$words" ] || printf '%s\n' $words
  done < <(cat "${files[@]}")
  [ -n "$found" ] || fail "Procfile.vars has no line $1, which says what variables $1 gets."
}

# Prefix of the variables that one process or script has for itself.
own_prefix() {
  tr a-z- A-Z_ <<<"${1##*/}_"
}

# keep_vars NAME: removes all variables from the environment but those of a process or a script.
keep_vars() {
  local words word name own
  words=$(vars_of "$1") || exit
  own=$(own_prefix "$1")
  while read -r word; do
    case $word in *'*') continue ;; esac
    name=$own$word
    if [[ ${!name:-} == *[![:space:]]* ]]; then export "$word=${!name}"; fi
  done <<<"$words"
  while read -r name; do
    while read -r word; do
      # A word may be a pattern.
      [[ $name != $word ]] || continue 2
    done <<<"$words"
    unset "$name"
  done < <(compgen -e)
}

# run MODULE MAIN ARGUMENT...: becomes a Java program of a module under infra/, built if it has to be. heap is its limit; vars is
# the line of Procfile.vars that says what variables it gets, without it all.
run() {
  local module=$root/infra/$1 main=$2 columns=0
  shift 2
  print_help --of-program "$@"
  [ ! -t 1 ] || columns=$(stty size 2>/dev/null </dev/tty | sed 's/.* //')
  find_jdk
  build
  [ -z "${vars:-}" ] || keep_vars "$vars"
  exec java -XX:+IgnoreUnrecognizedVMOptions -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xss512k -Xmx${heap:-192m} \
    --enable-native-access=ALL-UNNAMED -Dmillrace.root="$root" -Dmillrace.columns="${columns:-80}" \
    -cp "$module/target/lib/*:$module/target/$(basename "$module")-1.0.0-SNAPSHOT.jar" "$main" "$@"
}
