#pragma once

#include <tessera/primitives/codec/basics.h>

#include <memory>
#include <queue>

/// What cereal offers and a message from outside must not use. These functions are deleted, so that
/// `Codable` is false for such types and encoding them does not compile.
namespace tessera::codec {

// Pointers: hold the value, a std::optional of it or a container.

template <class T>
void serialize(OutputArchive&, T*&) = delete;
template <class T>
void serialize(InputArchive&, T*&) = delete;

template <class T, class Deleter>
void save(OutputArchive&, const std::unique_ptr<T, Deleter>&) = delete;
template <class T, class Deleter>
void load(InputArchive&, std::unique_ptr<T, Deleter>&) = delete;

template <class T>
void save(OutputArchive&, const std::shared_ptr<T>&) = delete;
template <class T>
void load(InputArchive&, std::shared_ptr<T>&) = delete;

template <class T>
void save(OutputArchive&, const std::weak_ptr<T>&) = delete;
template <class T>
void load(InputArchive&, std::weak_ptr<T>&) = delete;

// cereal::defer, which exists for graphs of pointers: cereal walks the list of what was deferred
// while the values in it may extend it.

template <class T>
void prologue(OutputArchive&, const cereal::DeferredData<T>&) = delete;
template <class T>
void prologue(InputArchive&, const cereal::DeferredData<T>&) = delete;

// A priority queue does not keep its elements as they were encoded; a multiset does.

template <class T, class Container, class Less>
void save(OutputArchive&, const std::priority_queue<T, Container, Less>&) = delete;
template <class T, class Container, class Less>
void load(InputArchive&, std::priority_queue<T, Container, Less>&) = delete;

}  // namespace tessera::codec
