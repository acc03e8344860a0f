// Package manifests checks the files in deploy that other programs read: the
// compose file by the loader and schema of Docker Compose, the manifests by the
// types of Kubernetes, the Dockerfile by a few rules.
//
// It is a module of its own, so that the libraries it needs are none of the
// program's.
package manifests

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
)

const deploy = "../../deploy"

// compose loads the compose file as docker compose does.
func compose(t *testing.T) *types.Project {
	t.Helper()
	options, err := cli.NewProjectOptions([]string{filepath.Join(deploy, "compose/compose.yaml")},
		cli.WithEnv([]string{"TEMGOC_HOST=t.example.vn"}), cli.WithProfiles([]string{"*"}), cli.WithConsistency(true))
	if err != nil {
		t.Fatal(err)
	}
	project, err := options.LoadProject(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return project
}

// TestCompose loads the compose file and looks at what the schema does not say.
func TestCompose(t *testing.T) {
	project := compose(t)
	for _, want := range []string{"mongodb1", "mongodb2", "mongodb3", "objects", "temgoc1", "temgoc2", "nginx", "prometheus", "grafana"} {
		if _, ok := project.Services[want]; !ok {
			t.Errorf("there is no service %s", want)
		}
	}
	for name, s := range project.Services {
		if s.Image == "" || strings.HasSuffix(s.Image, ":latest") || !strings.Contains(s.Image, ":") {
			t.Errorf("%s: image %q has no version", name, s.Image)
		}
		if user, _, _ := strings.Cut(s.User, ":"); user == "" || user == "0" || user == "root" {
			t.Errorf("%s runs as %q", name, s.User)
		}
		if !slices.Contains(s.SecurityOpt, "no-new-privileges:true") || s.Privileged {
			t.Errorf("%s may gain privileges", name)
		}
		if name != "grafana" && !slices.Equal(s.CapDrop, []string{"ALL"}) {
			t.Errorf("%s keeps capabilities: drops %q", name, s.CapDrop)
		}
		for variable, value := range s.Environment {
			if value != nil && (strings.Contains(strings.ToLower(*value), "minioadmin") || strings.Contains(variable, "PASSWORD") && !strings.HasPrefix(*value, "/run/secrets/")) {
				t.Errorf("%s: %s is no secret file", name, variable)
			}
		}
		for _, port := range s.Ports {
			if name != "nginx" && port.HostIP != "127.0.0.1" {
				t.Errorf("%s publishes port %s to everybody", name, port.Published)
			}
		}
		for _, secret := range s.Secrets {
			if _, ok := project.Secrets[secret.Source]; !ok {
				t.Errorf("%s: there is no secret %s", name, secret.Source)
			}
		}
		for _, v := range s.Volumes {
			if v.Type == types.VolumeTypeBind && !v.ReadOnly {
				t.Errorf("%s writes into %s", name, v.Source)
			}
		}
	}
	for _, name := range []string{"temgoc1", "temgoc2", "nginx", "objects"} {
		if !project.Services[name].ReadOnly {
			t.Errorf("%s has a root file system that it can write to", name)
		}
	}
	if !project.Networks["stores"].Internal {
		t.Error("the network of the stores reaches the world")
	}
}

// TestComposeFiles looks for the files that the compose file mounts: those of
// the repository must be there, the others are made by prepare.sh.
func TestComposeFiles(t *testing.T) {
	prepare, err := os.ReadFile(filepath.Join(deploy, "compose/prepare.sh"))
	if err != nil {
		t.Fatal(err)
	}
	project := compose(t)
	for name, s := range project.Services {
		for _, v := range s.Volumes {
			if v.Type != types.VolumeTypeBind || strings.Contains(v.Source, "/generated/") || strings.HasSuffix(v.Source, "deploy/prometheus") || strings.HasSuffix(v.Source, "deploy/grafana") {
				continue
			}
			if _, err := os.Stat(v.Source); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	for name, s := range project.Secrets {
		if file := filepath.Base(s.File); !bytes.Contains(prepare, []byte(file)) {
			t.Errorf("prepare.sh does not make secret %s, %s", name, file)
		}
	}
}

// TestComposeRefuses shows that the loader sees mistakes.
func TestComposeRefuses(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(deploy, "compose/compose.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, wrong := range [][2]string{{"stop_grace_period:", "stop_grace:"}, {"networks: [stores]", "networks: [stroes]"}, {"mem_limit: 1g", "mem_limit: [1]"}} {
		file := filepath.Join(t.TempDir(), "compose.yaml")
		if err := os.WriteFile(file, bytes.ReplaceAll(text, []byte(wrong[0]), []byte(wrong[1])), 0o600); err != nil {
			t.Fatal(err)
		}
		options, err := cli.NewProjectOptions([]string{file}, cli.WithEnv([]string{"TEMGOC_HOST=t.example.vn"}))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := options.LoadProject(context.Background()); err == nil {
			t.Errorf("%q was accepted", wrong[1])
		}
	}
}

// decoder reads the objects of Kubernetes and refuses what has no field.
func decoder(t *testing.T) runtime.Decoder {
	t.Helper()
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		corev1.AddToScheme, appsv1.AddToScheme, batchv1.AddToScheme, networkingv1.AddToScheme, policyv1.AddToScheme,
	} {
		if err := add(scheme); err != nil {
			t.Fatal(err)
		}
	}
	return serializer.NewCodecFactory(scheme, serializer.EnableStrict).UniversalDeserializer()
}

// objects reads every manifest.
func objects(t *testing.T, text []byte) ([]runtime.Object, error) {
	t.Helper()
	var all []runtime.Object
	strict := decoder(t)
	for r := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(text))); ; {
		document, err := r.Read()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		object, _, err := strict.Decode(document, nil, nil)
		if err != nil {
			return nil, err
		}
		all = append(all, object)
	}
}

// TestKubernetes decodes the manifests strictly and looks at what makes a pod
// "restricted".
func TestKubernetes(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(deploy, "kubernetes/*.yaml"))
	if err != nil || len(files) < 2 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	found := map[string]int{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all, err := objects(t, text)
		if err != nil {
			t.Errorf("%s: %v", file, err)
		}
		for _, o := range all {
			found[o.GetObjectKind().GroupVersionKind().Kind]++
			switch o := o.(type) {
			case *appsv1.Deployment:
				restricted(t, o.Name, o.Spec.Template.Spec)
				if *o.Spec.Replicas < 2 || o.Spec.Template.Spec.Containers[0].ReadinessProbe == nil {
					t.Errorf("%s: too few replicas, or no probe", o.Name)
				}
			case *batchv1.CronJob:
				restricted(t, o.Name, o.Spec.JobTemplate.Spec.Template.Spec)
			}
		}
		// A field that does not exist must be seen.
		if _, err := objects(t, bytes.ReplaceAll(text, []byte("\n  namespace:"), []byte("\n  namespase:"))); err == nil {
			t.Errorf("%s: a wrong field was accepted", file)
		}
	}
	for _, want := range []string{"Namespace", "Deployment", "PodDisruptionBudget", "Service", "Ingress", "NetworkPolicy", "Secret", "ConfigMap", "CronJob"} {
		if found[want] == 0 {
			t.Errorf("there is no %s", want)
		}
	}
}

// restricted checks a pod against the standard of that name.
func restricted(t *testing.T, name string, pod corev1.PodSpec) {
	t.Helper()
	s := pod.SecurityContext
	if s == nil || s.RunAsNonRoot == nil || !*s.RunAsNonRoot || s.SeccompProfile == nil || s.SeccompProfile.Type != corev1.SeccompProfileTypeRuntimeDefault {
		t.Errorf("%s: the pod is not restricted", name)
	}
	if pod.HostNetwork || pod.HostPID || pod.HostIPC || pod.AutomountServiceAccountToken == nil || *pod.AutomountServiceAccountToken {
		t.Errorf("%s: the pod gets what is the node's or the cluster's", name)
	}
	for _, v := range pod.Volumes {
		if v.HostPath != nil {
			t.Errorf("%s: volume %s is the node's", name, v.Name)
		}
	}
	for _, c := range pod.Containers {
		s := c.SecurityContext
		if s == nil || s.AllowPrivilegeEscalation == nil || *s.AllowPrivilegeEscalation || s.ReadOnlyRootFilesystem == nil || !*s.ReadOnlyRootFilesystem ||
			s.Capabilities == nil || !slices.Equal(s.Capabilities.Drop, []corev1.Capability{"ALL"}) {
			t.Errorf("%s: container %s is not restricted", name, c.Name)
		}
		if c.Resources.Limits.Memory().IsZero() {
			t.Errorf("%s: container %s has no limit of memory", name, c.Name)
		}
		if strings.HasSuffix(c.Image, ":latest") {
			t.Errorf("%s: image %s has no version", name, c.Image)
		}
	}
}

// TestDockerfile checks the image by its instructions.
func TestDockerfile(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(deploy, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	if err := checkDockerfile(string(text)); err != nil {
		t.Error(err)
	}
	for _, wrong := range [][2]string{{"USER 65532:65532\n", ""}, {"FROM scratch", "FROM debian:latest"}, {"USER 65532:65532", "USER root"}, {"HEALTHCHECK", "#"}, {`["/temgoc", "health"]`, "/temgoc health"}, {"COPY --from=build /temgoc", "ADD /temgoc"}} {
		if checkDockerfile(strings.Replace(string(text), wrong[0], wrong[1], 1)) == nil {
			t.Errorf("%q in the place of %q was accepted", wrong[1], wrong[0])
		}
	}
	ignore, err := os.ReadFile(filepath.Join(deploy, "Dockerfile.dockerignore"))
	if err != nil || !strings.HasPrefix(string(ignore), "*\n") {
		t.Errorf("the context is not a list of what is needed: %v", err)
	}
}

// checkDockerfile wants a final image from nothing that runs as nobody special.
func checkDockerfile(text string) error {
	var last []string // instructions of the final stage
	for line := range strings.Lines(strings.ReplaceAll(text, "\\\n", " ")) {
		line = strings.TrimSpace(line)
		instruction, rest, _ := strings.Cut(line, " ")
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
			continue
		case instruction == "ADD":
			return fmt.Errorf("%s: COPY does it, and fetches nothing", line)
		case instruction == "FROM":
			last = nil
			if rest != "scratch" && (!strings.Contains(rest, ":") || strings.Contains(rest, ":latest")) {
				return fmt.Errorf("%s: no version", line)
			}
		}
		last = append(last, line)
	}
	want := []string{"FROM scratch", "USER 65532:65532", "STOPSIGNAL SIGTERM", `ENTRYPOINT ["/temgoc"]`}
	for _, w := range want {
		if !slices.Contains(last, w) {
			return fmt.Errorf("the final image lacks %q", w)
		}
	}
	for _, line := range last {
		if strings.HasPrefix(line, "HEALTHCHECK") && strings.HasSuffix(line, `CMD ["/temgoc", "health"]`) {
			return nil
		}
	}
	return errors.New("no health check that needs no shell")
}
