#include "klp/completion.h"

#include "klp/verbs.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace suture {

namespace {

constexpr const char *bash_head =
    R"sh(# shellcheck shell=bash
# Completion of klp for bash. Made from the table of klp's verbs: see the end of docs/klp.md.

_klp_patches() {
	local patch
	for patch in /sys/kernel/suture/*/enabled /sys/kernel/livepatch/*/enabled; do
		patch=${patch%/enabled}
		[[ ! -d $patch ]] || printf '%s\n' "${patch##*/}"
	done
}

_klp_stored() {
	local patch
	for patch in /var/lib/suture/"$(uname -r)"/*; do
		[[ ! -d $patch ]] || printf '%s\n' "${patch##*/}"
	done
}

# Offers those names of its input that begin with $1, as they are: compgen -W would expand them, and
# run what stands in $(...).
_klp_offer() {
	local name
	COMPREPLY=()
	while IFS= read -r name; do
		[[ $name != "$1"* ]] || COMPREPLY+=("$name")
	done
}

_klp() {
	local current=$2 options='' subject=''
	if ((COMP_CWORD == 1)); then
		mapfile -t COMPREPLY < <(compgen -W ')sh";

constexpr const char *bash_middle =
    R"sh(' -- "$current")
		return
	fi
	case ${COMP_WORDS[1]} in
)sh";

constexpr const char *bash_tail =
    R"sh(	esac
	case $current:$subject in
	-*) mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current") ;;
	*:patch) _klp_offer "$current" < <(_klp_patches) ;;
	*:stored) _klp_offer "$current" < <(_klp_stored) ;;
	*:file | *:folder | *:built) mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
	esac
}

complete -o filenames -F _klp klp
)sh";

constexpr const char *zsh_head =
    R"sh(#compdef klp
# Completion of klp for zsh. Made from the table of klp's verbs: see the end of docs/klp.md.

_klp_patches() {
	local -aU patches
	patches=(/sys/kernel/suture/*/enabled(N:h:t) /sys/kernel/livepatch/*/enabled(N:h:t))
	compadd -a patches
}

_klp_stored() {
	local -a patches
	patches=(/var/lib/suture/$(uname -r)/*(N/:t))
	compadd -a patches
}

_klp() {
	local -a verbs
	verbs=(
)sh";

constexpr const char *zsh_middle =
    R"sh(	)
	if ((CURRENT == 2)); then
		_describe verb verbs
		return
	fi
	shift words
	((CURRENT--))
	case $words[1] in
)sh";

constexpr const char *zsh_tail =
    R"sh(	esac
}

_klp "$@"
)sh";

const char *kind_of(Subject subject) {
    switch (subject) {
    case Subject::none:
        return "none";
    case Subject::patch:
        return "patch";
    case Subject::file:
    case Subject::files:
        return "file";
    case Subject::stored:
        return "stored";
    case Subject::folder:
        return "folder";
    case Subject::built:
        return "built";
    }
    return "none";
}

std::vector<std::string> names_of(const Verb &verb) {
    std::vector<std::string> all;
    for (const Option &option : verb.options) {
        for (std::string &name : names_of(option))
            all.push_back(std::move(name));
    }
    all.push_back("--help");
    return all;
}

// In single quotes.
std::string zsh_text(const std::string &text) {
    std::string escaped;
    for (const char c : text) {
        if (c == '\'')
            escaped += "'\\'";
        else if (c == ':' || c == '[' || c == ']')
            escaped += '\\';
        escaped += c;
    }
    return escaped;
}

const char *zsh_action(const Option &option) {
    const std::string_view value = option.value;
    return value == "FILE" ? "_files" : value == "FOLDER" ? "_files -/" : " ";
}

// It begins with what is offered no more once it is there.
std::string zsh_option(const Verb &verb, const Option &option) {
    const std::vector<std::string> names = names_of(option);
    std::vector<std::string> excluded = excluded_by(verb, option);
    if (names.size() > 1)
        excluded.insert(excluded.begin(), names.begin(), names.end());
    std::string text = excluded.empty() ? "'" : fmt::format("'({})", fmt::join(excluded, " "));
    text += names.size() == 1 ? names[0] : fmt::format("'{{{}}}'", fmt::join(names, ","));
    text += fmt::format("[{}]", zsh_text(option.what));
    if (*option.value != '\0')
        text += fmt::format(":{}:{}", option.value, zsh_action(option));
    return text + "'";
}

std::string zsh_subject(Subject subject) {
    switch (subject) {
    case Subject::none:
        break;
    case Subject::patch:
        return " ':NAME:_klp_patches'";
    case Subject::file:
        return " ':FILE:_files -g \"*.ko\"'";
    case Subject::files:
        return " '*:FILE:_files -g \"*.ko\"'";
    case Subject::stored:
        return " '::NAME:_klp_stored'";
    case Subject::folder:
        return " ':NAME:_files -/'";
    case Subject::built:
        return " ':DIR:_files -/'";
    }
    return "";
}

} // namespace

std::string bash_completion() {
    std::vector<std::string> names;
    std::string cases;
    for (const Verb &verb : verbs()) {
        names.emplace_back(verb.name);
        cases += fmt::format("\t{}) options='{}' subject={} ;;\n", verb.name,
                             fmt::join(names_of(verb), " "), kind_of(verb.subject));
    }
    return fmt::format("{}{}{}{}{}", bash_head, fmt::join(names, " "), bash_middle, cases,
                       bash_tail);
}

std::string zsh_completion() {
    std::string summaries;
    std::string cases;
    for (const Verb &verb : verbs()) {
        summaries += fmt::format("\t\t'{}:{}'\n", verb.name, zsh_text(verb.summary));
        cases += fmt::format("\t{}) _arguments '--help[show the help]'", verb.name);
        for (const Option &option : verb.options)
            cases += fmt::format(" \\\n\t\t{}", zsh_option(verb, option));
        cases += zsh_subject(verb.subject) + " ;;\n";
    }
    return zsh_head + summaries + zsh_middle + cases + zsh_tail;
}

} // namespace suture
