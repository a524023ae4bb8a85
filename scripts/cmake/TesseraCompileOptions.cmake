# Warnings and sanitizers, for our own targets only: of the directory, so that nothing is exported.

if(CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
  add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
                      -Wconversion -Wno-sign-conversion)
  if(CMAKE_UNITY_BUILD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Several files are compiled as one (docs/decisions/0003): each is an included one then, and
    # what is private to it looks as if it were in a header.
    add_compile_options(-Wno-subobject-linkage)
  endif()
  if(TESSERA_WERROR)
    add_compile_options(-Werror)
  endif()
endif()

if(TESSERA_SANITIZE STREQUAL "address")
  # A null pointer that is followed is reported in any case; looking at each before it is followed
  # doubles the time a file with many templates takes to compile.
  set(sanitize -fsanitize=address,undefined -fno-sanitize=null -fno-sanitize-recover=all
               -fno-omit-frame-pointer)
elseif(TESSERA_SANITIZE STREQUAL "thread")
  set(sanitize -fsanitize=thread -fno-omit-frame-pointer)
  # ThreadSanitizer does not understand fences and would report what they order.
  add_compile_definitions(BOOST_ASIO_DISABLE_FENCED_BLOCK)
  # This runtime cannot place its shadow memory where the kernel randomises more than 28 bits.
  file(READ /proc/sys/vm/mmap_rnd_bits random_bits)
  if(random_bits GREATER 28)
    set(CMAKE_CROSSCOMPILING_EMULATOR setarch -R)
  endif()
elseif(NOT TESSERA_SANITIZE STREQUAL "")
  message(FATAL_ERROR "TESSERA_SANITIZE is '${TESSERA_SANITIZE}'; "
                      "it may be empty, 'address' or 'thread'")
endif()

if(sanitize)
  add_compile_options(${sanitize})
  add_link_options(${sanitize})
  # Asio reuses coroutine frames from its own cache, which hides a use after destruction.
  add_compile_definitions(BOOST_ASIO_DISABLE_AWAITABLE_FRAME_RECYCLING)
endif()
