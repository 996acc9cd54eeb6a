# What the toolchain files have in common. Each sets suture_triplet and suture_processor first;
# the caller sets SUTURE_SYSROOT to what scripts/sysroot prints.
#
# This is no --sysroot build: libc and libstdc++ are the cross compiler's own, which live outside
# any sysroot, and only the other libraries come from SUTURE_SYSROOT.

set(SUTURE_SYSROOT "" CACHE PATH "Unpacked development packages of the target")
if(NOT IS_DIRECTORY "${SUTURE_SYSROOT}/usr/lib/${suture_triplet}")
    message(FATAL_ERROR "SUTURE_SYSROOT='${SUTURE_SYSROOT}' holds no libraries of "
                        "${suture_triplet}: set it to what scripts/sysroot prints")
endif()
# The compiler checks configure projects of their own with this file, and must see it too.
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES SUTURE_SYSROOT)

set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR ${suture_processor})
set(CMAKE_LIBRARY_ARCHITECTURE ${suture_triplet})
set(CMAKE_C_COMPILER ${suture_triplet}-gcc)
set(CMAKE_CXX_COMPILER ${suture_triplet}-g++)

set(CMAKE_FIND_ROOT_PATH ${SUTURE_SYSROOT})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

set(ENV{PKG_CONFIG_SYSROOT_DIR} ${SUTURE_SYSROOT})
set(ENV{PKG_CONFIG_LIBDIR}
    ${SUTURE_SYSROOT}/usr/lib/${suture_triplet}/pkgconfig:${SUTURE_SYSROOT}/usr/share/pkgconfig)

# Searched last, so that the compiler's own libc headers win over any in the sysroot. Some packages
# (libssl-dev) have headers by architecture.
set(CMAKE_CXX_FLAGS_INIT
    "-idirafter ${SUTURE_SYSROOT}/usr/include -idirafter ${SUTURE_SYSROOT}/usr/include/${suture_triplet}")
# -rpath-link: what the libraries need themselves (libkmod: libzstd and others) is there as well.
set(suture_link_flags
    "-L${SUTURE_SYSROOT}/usr/lib/${suture_triplet} -Wl,-rpath-link,${SUTURE_SYSROOT}/usr/lib/${suture_triplet}")
set(CMAKE_EXE_LINKER_FLAGS_INIT "${suture_link_flags}")
