# Builds for s390x against a sysroot; see cross.cmake.

set(suture_triplet s390x-linux-gnu)
set(suture_processor s390x)
include(${CMAKE_CURRENT_LIST_DIR}/cross.cmake)
