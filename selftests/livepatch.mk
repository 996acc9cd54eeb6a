# What a live patch's Kbuild file includes to be built against Suture:
#
#	obj-m := my-fix.o
#	include /path/to/suture/selftests/livepatch.mk
#
#	make -C /lib/modules/$(uname -r)/build M=$PWD modules SUTURE_SYMVERS=/path/to/Module.symvers
#
# SUTURE_SYMVERS is the Module.symvers that was made along with suture.ko, for
# the same kernel. SUTURE_INCLUDE is found by itself: kernel/include of the tree
# that this file is in.

ifndef SUTURE_INCLUDE
SUTURE_INCLUDE := $(abspath $(dir $(realpath $(lastword $(MAKEFILE_LIST))))/../kernel/include)
endif

# Without it the kernel's own header would be taken, and the patch would be one
# for the kernel's own engine.
ifeq ($(wildcard $(SUTURE_INCLUDE)/linux/livepatch.h),)
$(error Suture's linux/livepatch.h is not in '$(SUTURE_INCLUDE)': set SUTURE_INCLUDE to kernel/include of its source)
endif

# Suture's linux/livepatch.h must be found before the kernel's own of the same
# name. ccflags-y comes after the kernel's include path and would be too late.
NOSTDINC_FLAGS += -I$(SUTURE_INCLUDE)

# A patched function that ends in a jump to another one hides itself from its
# callee's return address. On ppc64le that would also leave the table of contents
# of the wrong module in r2.
ccflags-y += -fno-optimize-sibling-calls -Werror

KBUILD_EXTRA_SYMBOLS += $(SUTURE_SYMVERS)
