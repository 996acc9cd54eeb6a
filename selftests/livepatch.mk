# What a live patch's Kbuild file includes to be built against Suture:
#
#	obj-m := my-fix.o
#	include /path/to/suture/selftests/livepatch.mk
#
#	make -C /lib/modules/$(uname -r)/build M=$PWD modules \
#		SUTURE_INCLUDE=/path/to/suture/kernel/include \
#		SUTURE_SYMVERS=/path/to/Module.symvers
#
# SUTURE_SYMVERS is the Module.symvers that was made along with suture.ko.

ifndef SUTURE_INCLUDE
$(error SUTURE_INCLUDE is not set: pass the folder that holds linux/livepatch.h of Suture)
endif

# Suture's linux/livepatch.h must be found before the kernel's own of the same
# name. ccflags-y comes after the kernel's include path and would be too late.
NOSTDINC_FLAGS += -I$(SUTURE_INCLUDE)

# A patched function that ends in a jump to another one hides itself from its
# callee's return address. On ppc64le that would also leave the table of contents
# of the wrong module in r2.
ccflags-y += -fno-optimize-sibling-calls -Werror

KBUILD_EXTRA_SYMBOLS += $(SUTURE_SYMVERS)
