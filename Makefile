# Everything that is built, run or checked starts here; `make help` lists the targets.
# What a target needs from Debian it installs first (scripts/setup), saying so.

ARCH ?= x86_64
KERNEL ?= 6.1
# The line whose selftests make check-upstream runs: 6.1 or 6.12.
SUITE ?= 6.1
# What makes the initramfs of the machine of make check-reboots: initramfs-tools, or dracut.
INITRAMFS ?=
# How often make fuzz runs each target.
RUNS ?= 1000000

record := vm-images/arch/$(ARCH).env
ifeq ($(wildcard $(record)),)
$(error ARCH=$(ARCH): it is one of $(basename $(notdir $(wildcard vm-images/arch/*.env))))
endif
include $(record)

build := $(CURDIR)/build
out := $(build)/$(ARCH)/$(KERNEL)
kbuild = ARCH=$(KERNEL_ARCH) CROSS_COMPILE=$(TRIPLET)-
# Where the caller has not said how many: as many as there are cores.
jobs = $(if $(findstring -j,$(MAKEFLAGS)),,--jobs=$(shell nproc))
fetch_kernel = kernel=$$(scripts/kernel $(ARCH) $(KERNEL))

# Our ARCH and KERNEL are not those of the makes that are called from here.
MAKEOVERRIDES :=
unexport ARCH KERNEL SUITE INITRAMFS
.DELETE_ON_ERROR:

.PHONY: all
all: userspace running-module ## Build klp and klp-test, and the module for the running kernel

# $(call host_build,FOLDER,OPTIONS): all that runs in user space, for this machine.
define host_build
scripts/setup userspace
cmake -S userspace -B $(build)/$(1) -G Ninja --log-level=NOTICE $(2)
ninja -C $(build)/$(1) --quiet
endef

.PHONY: userspace sanitized
userspace:
	$(call host_build,host)

sanitized:
	$(call host_build,sanitized,-D SUTURE_SANITIZE=ON)

.PHONY: running-module
running-module:
	@kdir=/lib/modules/$$(uname -r)/build; \
	if [ -e $$kdir/Makefile ]; then \
		scripts/link-sources $(build)/running/src && \
		$(MAKE) $(jobs) -C $$kdir M=$(build)/running/src/kernel modules; \
	else \
		echo "no headers of the running kernel in $$kdir: its module is not built"; \
	fi

.PHONY: modules
modules: ## Build suture.ko for ARCH and KERNEL
	scripts/setup modules-$(ARCH)
	$(fetch_kernel) && scripts/link-sources $(out)/src && \
	$(MAKE) $(jobs) -C $$kernel/build $(kbuild) M=$(out)/src/kernel modules
	install -C -m 644 $(out)/src/kernel/suture.ko $(out)/src/kernel/Module.symvers $(out)/

# Where the modules of DIR are built.
patch_build = $(out)/patches/$(notdir $(abspath $(DIR)))

.PHONY: patch
patch: modules ## Build the live patches in the folder DIR for ARCH and KERNEL
	scripts/link-patch "$(DIR)" $(patch_build)
	$(fetch_kernel) && $(MAKE) $(jobs) -C $$kernel/build $(kbuild) M=$(patch_build) \
		SUTURE_SYMVERS=$(out)/Module.symvers SUTURE_BUILDS="$(abspath $(SUTURE_BUILDS))" modules
	@find $(patch_build) -name '*.ko'

# Suture with faults in it, which tests trigger.
.PHONY: faulty-module
faulty-module: modules
	$(fetch_kernel) && scripts/link-sources $(out)/faulty && \
	$(MAKE) $(jobs) -C $$kernel/build $(kbuild) M=$(out)/faulty/kernel SUTURE_FAULTS=1 modules

.PHONY: selftests
selftests: modules faulty-module userspace ## Build and install the selftests for ARCH and KERNEL under build/
	scripts/setup packages
	$(fetch_kernel) && $(MAKE) $(jobs) -C selftests install ARCH=$(ARCH) \
		KERNEL_ARCH=$(KERNEL_ARCH) CROSS_COMPILE=$(TRIPLET)- KDIR=$$kernel/build \
		SUTURE_SYMVERS=$(out)/Module.symvers KLP=$(build)/host/klp/klp \
		PACKAGE_FORMATS="deb $(if $(wildcard vm-images/packages.$(ARCH)),rpm)" \
		SUTURE_FAULTY=$(out)/faulty/kernel/suture_faulty.ko \
		O=$(out)/selftests-obj INSTALL_PATH=$(out)/selftests

.PHONY: target-userspace
target-userspace:
	scripts/setup userspace-$(ARCH)
	sysroot=$$(scripts/sysroot $(ARCH)) && \
	cmake -S userspace -B $(build)/$(ARCH)/userspace -G Ninja --log-level=NOTICE \
		--toolchain $(CURDIR)/userspace/cmake/$(ARCH).cmake -DSUTURE_SYSROOT=$$sysroot
	ninja -C $(build)/$(ARCH)/userspace --quiet

.PHONY: guest
guest: selftests target-userspace ## Build the guest of ARCH and KERNEL, with all that runs in it
	scripts/setup guest-$(ARCH)
	vm-images/mkinitramfs $(ARCH) $(KERNEL) $(out)/suture.ko \
		$(build)/$(ARCH)/userspace/klp/klp $(out)/selftests $(out)/guest
	qemu=$$(scripts/qemu $(ARCH)) && ln -sfn $$qemu $(out)/guest/qemu

archs := $(basename $(notdir $(wildcard vm-images/arch/*.env)))
comma := ,
space := $() $()
all_archs := $(subst $(space),$(comma),$(archs))

# The lines of kernels that all architectures have, and that make check-matrix takes.
lines := 6.1,6.12

.PHONY: check check-unit check-sanitized check-guest check-matrix check-short
check: ## Run the tests, in guests of all architectures too; README.md says what it leaves out
	@scripts/check $(KERNEL) scripts lint unit harness:x86_64 \
		guest:x86_64 most:ppc64le,s390x samples:$(all_archs) kselftest:x86_64

check-unit: ## Run the tests that need no guest
	@scripts/check $(KERNEL) scripts unit

check-sanitized: ## Run the tests of the userspace under sanitizers
	@scripts/check $(KERNEL) sanitized

check-guest: ## Run the selftests in a guest of ARCH with KERNEL
	@scripts/check $(KERNEL) guest:$(ARCH)

check-matrix: ## Run the selftests on all architectures and lines of kernels, in one run
	@scripts/check $(lines) guest:$(all_archs)

check-short: ## Run those selftests that say most in the least time, in a guest of ARCH
	@scripts/check $(KERNEL) short:$(ARCH)

upstream := $(out)/upstream-$(SUITE)

.PHONY: upstream-suite check-upstream
upstream-suite: modules
	scripts/setup sources
	source=$$(scripts/linux-source $(SUITE)) && $(fetch_kernel) && \
	tests=$$source/tools/testing/selftests/livepatch/test_modules && \
	{ [ -d $$tests ] || tests=$$source/lib/livepatch; } && \
	scripts/link-patch $$tests $(upstream)-obj && \
	$(MAKE) $(jobs) -C $$kernel/build $(kbuild) M=$(upstream)-obj \
		SUTURE_SYMVERS=$(out)/Module.symvers modules && \
	scripts/upstream-suite $$source $(upstream)-obj $(TRIPLET) $(upstream)

check-upstream: userspace guest upstream-suite ## Run mainline's selftests of SUITE, unmodified
	$(build)/host/klp-test/klp-test run --arch $(ARCH) --kernel $(KERNEL) \
		--build-dir $(build) --suite $(notdir $(upstream))

kselftest := $(out)/kselftest

# Our selftests as a kernel's tree, that of SUITE, builds and installs them.
.PHONY: kselftest-suite check-kselftest
kselftest-suite: modules
	scripts/setup sources kselftest
	source=$$(scripts/linux-source $(SUITE)) && scripts/kselftest-tree $$source $(kselftest)-obj
	rm -rf $(kselftest)-obj/installed
	$(fetch_kernel) && $(MAKE) $(jobs) -C $(kselftest)-obj/tools/testing/selftests install \
		TARGETS=suture FORCE_TARGETS=1 INSTALL_PATH=$(kselftest)-obj/installed $(kbuild) \
		KDIR=$$kernel/build SUTURE=$(CURDIR) SUTURE_SYMVERS=$(out)/Module.symvers
	scripts/kselftest-suite $(kselftest)-obj/installed $(TRIPLET) $(kselftest)

check-kselftest: userspace guest kselftest-suite ## Run selftests by the kernel's own run_kselftest.sh
	$(build)/host/klp-test/klp-test run --arch $(ARCH) --kernel $(KERNEL) \
		--build-dir $(build) --suite $(notdir $(kselftest))

samples := $(out)/samples

.PHONY: samples-suite check-samples
samples-suite: modules
	scripts/setup sources
	source=$$(scripts/linux-source $(SUITE)) && $(fetch_kernel) && \
	scripts/link-patch $$source/samples/livepatch $(samples)-obj && \
	$(MAKE) $(jobs) -C $$kernel/build $(kbuild) M=$(samples)-obj \
		SUTURE_SYMVERS=$(out)/Module.symvers modules && \
	scripts/samples-suite $(samples)-obj $(TRIPLET) $(samples)

check-samples: userspace guest samples-suite ## Try mainline's samples of SUITE, unmodified
	$(build)/host/klp-test/klp-test run --arch $(ARCH) --kernel $(KERNEL) \
		--build-dir $(build) --suite $(notdir $(samples))

.PHONY: check-try
check-try: ## Try patches that are good and patches that are not, in a guest of ARCH
	@scripts/check $(KERNEL) try:$(ARCH)

.PHONY: packages
packages: userspace target-userspace ## Package klp for ARCH, klp-test, and the module's sources
	scripts/setup packages
	scripts/packages $(ARCH) $(build) $(build)/packages
	@ls $(build)/packages

packages_suite := $(out)/packages

.PHONY: packages-suite check-packages
packages-suite: packages
	scripts/packages-suite $(build)/packages $(ARCH) $(DEB_ARCH) $(packages_suite)

check-packages: userspace guest packages-suite ## Install and remove klp's own packages in a guest of ARCH
	$(build)/host/klp-test/klp-test run --arch $(ARCH) --kernel $(KERNEL) \
		--build-dir $(build) --suite $(notdir $(packages_suite))

.PHONY: check-dkms check-reboots
check-dkms: ## Have DKMS build the module in a guest of ARCH, from its package
	@scripts/check $(KERNEL) dkms:$(ARCH)

check-reboots: ## Boot a patched machine of ARCH from a disk, again and again; INITRAMFS=dracut
	@scripts/check $(KERNEL) reboots$(INITRAMFS:%=-%):$(ARCH)

.PHONY: demo
demo: userspace guest ## See a running kernel patched and reverted, in a guest of ARCH
	$(build)/host/klp-test/klp-test exec --arch $(ARCH) --kernel $(KERNEL) \
		--build-dir $(build) -- /opt/suture/selftests/demo/demo.sh

.PHONY: bench
bench: userspace guest ## Measure how long transitions take, in a guest of ARCH
	@scripts/bench $(ARCH) $(KERNEL)

.PHONY: fuzz
fuzz: ## Fuzz all of klp that reads what others wrote, or FUZZ=TARGET; RUNS=1000000
	scripts/setup fuzz
	@scripts/fuzz "$(RUNS)" $(FUZZ)

.PHONY: lint
lint: ## Run all static checkers; make check leaves out clang's analyzer
	scripts/setup userspace lint
	scripts/lint

.PHONY: clean
clean: ## Remove all that was built; the cache of downloads stays
	rm -rf $(build)

.PHONY: help
help:
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-15s %s\n", $$1, $$2 }' Makefile
	@echo "ARCH is one of $(archs) [$(ARCH)]; KERNEL is a line or a release [$(KERNEL)];"
	@echo "SUITE is 6.1 or 6.12 [$(SUITE)]."
