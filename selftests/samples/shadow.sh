#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Mainline's livepatch-shadow-fix1 and -fix2, unmodified, stop the leak of livepatch-shadow-mod with shadow variables, and count with another.
# shellcheck source=selftests/suture/functions.sh
. ./functions.sh

readonly MODULE=livepatch_shadow_mod FIX1=livepatch_shadow_fix1 FIX2=livepatch_shadow_fix2

# The lines since the mark that match, and the dummies that they name.
lines_of() { # REGEX
	log_since_mark | grep -- "$1"
}

dummies() { # REGEX
	lines_of "$1" | sed 's/.*dummy @ \([^ ,!]*\).*/\1/' | sort
}

# made_by REGEX NUMBER
made_by() {
	(($(lines_of "$1: dummy @" | wc -l) >= $2))
}

# Exactly the dummies that were made before the first fix are leaked when all are freed.
old_ones_leak() {
	diff <(dummies '^dummy_alloc: ') <(dummies 'leaked!')
}

# And for each that was made after it, the leak is prevented.
new_ones_do_not() {
	diff <(dummies 'livepatch_fix1_dummy_alloc: ') <(dummies 'prevented leak @')
}

counted() {
	lines_of 'livepatch_fix2_dummy_free: ' | grep -q 'check counter = [1-9]'
}

begin 14
check "the buggy module loads" load_module "$MODULE"
check "and makes dummies" wait_for 10 made_by ^dummy_alloc 2
check "the first fix loads" load_patch "$FIX1"
check "dummies get a shadow variable" wait_for 10 made_by livepatch_fix1_dummy_alloc 2
check "the second fix loads on top" load_patch "$FIX2"
check "dummies are checked by it" wait_for 20 lines_of "cleanup_work_func"
mark_of_checks=$(lines_of cleanup_work_func | wc -l)
more_checks() { (($(lines_of cleanup_work_func | wc -l) > mark_of_checks)); }
check "once more, surely" wait_for 10 more_checks
check "the module goes, and frees its dummies with the fixes' code" unload_module "$MODULE"
check "of those from before the fix it says that they leaked" old_ones_leak
check "of all the others the leak is prevented" new_ones_do_not
check "the second fix has counted" counted
check "the second fix is reverted" revert_patch "$FIX2"
check "the first fix is reverted" revert_patch "$FIX1"
finish
